using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.S3;

namespace CustomerTrack.Ingest;

/// <summary>
/// Claims as objects in the bucket. One is created on condition that there is none, so of several processes exactly one gets a file; the claims of
/// a process that ended go to one that runs, which writes their next generation.
/// </summary>
internal sealed class S3Claims(S3Bucket bucket, S3LandingKeys keys, OpenClaims open)
{
    /// <summary>The highest generation of each claim of a dimension.</summary>
    public async Task<Dictionary<(string Dimension, string Name, string ETag), int>> ListAsync(string dimension, CancellationToken cancellationToken)
    {
        var claims = new Dictionary<(string, string, string), int>();
        var prefix = keys.Claims(dimension);
        await foreach (var found in bucket.ListAsync(prefix, startAfter: null, cancellationToken))
        {
            if (S3LandingKeys.TrySplitClaim(found.Key[prefix.Length..], out var name, out var etag, out var generation))
            {
                var identity = (dimension, name, etag);
                claims[identity] = Math.Max(generation, claims.GetValueOrDefault(identity));
            }
        }

        return claims;
    }

    /// <summary>The number that a claim gives its file; null when the claim is gone.</summary>
    public async Task<long?> FindNumberAsync(string dimension, string name, string etag, int generation, CancellationToken cancellationToken) =>
        (await ReadAsync(dimension, name, etag, generation, cancellationToken))?.Number;

    /// <summary>Claims a file under a new number; null when somebody else was first.</summary>
    public async Task<S3Claim?> TryMakeAsync(DimensionDefinition dimension, string name, string etag, CancellationToken cancellationToken)
    {
        var number = await open.OpenAsync(1, cancellationToken);
        return await TryWriteAsync(new() { Dimension = dimension, Name = name, ETag = etag, Number = number, Generation = 1, Redelivered = false }, cancellationToken);
    }

    /// <summary>Takes over a claim whose owner ended, or that this process made without learning of it; null while it is somebody's.</summary>
    public async Task<S3Claim?> TryTakeOverAsync(DimensionDefinition dimension, string name, string etag, int generation, CancellationToken cancellationToken)
    {
        if (await ReadAsync(dimension.Name, name, etag, generation, cancellationToken) is not { } note
            || await open.TryTakeOverAsync(note.Number, note.Owner, cancellationToken) is not { } number)
        {
            // Finished since it was listed, or somebody's.
            return null;
        }

        var claim = new S3Claim { Dimension = dimension, Name = name, ETag = etag, Number = number, Generation = generation, Redelivered = generation > 1 };
        return note.Owner == open.Owner && number == note.Number ? claim : await TryWriteAsync(claim with { Generation = generation + 1, Redelivered = true }, cancellationToken);
    }

    /// <summary>Whether the claim is still this process's: nobody has taken it over, and it was not finished.</summary>
    public async Task<bool> IsMineAsync(S3Claim claim, CancellationToken cancellationToken) =>
        await ReadAsync(claim.Dimension.Name, claim.Name, claim.ETag, claim.Generation, cancellationToken) is { } note
        && note.Owner == open.Owner
        && note.Number == claim.Number
        && await bucket.FindAsync(keys.Claim(claim.Dimension.Name, claim.Name, claim.ETag, claim.Generation + 1), cancellationToken) is null;

    /// <summary>Gives the file back unfinished: whoever looks next can take it, under its number.</summary>
    public async Task ReturnAsync(S3Claim claim, CancellationToken cancellationToken)
    {
        // The registry first, as when a file is taken over.
        if (await open.TryReturnAsync(claim.Number, cancellationToken))
        {
            await CreateAsync(claim with { Generation = claim.Generation + 1 }, open.ReturnedName, cancellationToken);
        }

        open.LetGo(claim.Number);
    }

    /// <summary>Gives up a claim, the highest generation last: while one is there, the file is nobody else's.</summary>
    public async Task DeleteAsync(S3Claim claim, CancellationToken cancellationToken)
    {
        for (var generation = 1; generation <= claim.Generation; generation++)
        {
            await bucket.DeleteAsync(keys.Claim(claim.Dimension.Name, claim.Name, claim.ETag, generation), cancellationToken);
        }
    }

    private async Task<S3ClaimNote?> ReadAsync(string dimension, string name, string etag, int generation, CancellationToken cancellationToken) =>
        await bucket.ReadTextAsync(keys.Claim(dimension, name, etag, generation), cancellationToken) is { } text
            ? JsonSerializer.Deserialize(text, S3ClaimJson.Default.S3ClaimNote)
            : null;

    private async Task<S3Claim?> TryWriteAsync(S3Claim claim, CancellationToken cancellationToken)
    {
        bool isMine;
        try
        {
            isMine = await CreateAsync(claim, open.Owner, cancellationToken);
        }
        catch
        {
            // It may be there all the same: then it is found as this process's own, which nobody works on.
            open.LetGo(claim.Number);
            throw;
        }

        if (isMine)
        {
            return claim;
        }

        if (claim.Generation == 1)
        {
            await open.CloseAsync(claim.Number, cancellationToken);
        }
        else
        {
            // What its claim became is for the registry's sweep to see.
            open.LetGo(claim.Number);
        }

        return null;
    }

    private Task<bool> CreateAsync(S3Claim claim, string owner, CancellationToken cancellationToken)
    {
        var note = new S3ClaimNote { Owner = owner, Number = claim.Number };
        return bucket.TryCreateAsync(
            keys.Claim(claim.Dimension.Name, claim.Name, claim.ETag, claim.Generation),
            JsonSerializer.SerializeToUtf8Bytes(note, S3ClaimJson.Default.S3ClaimNote),
            token: $"{owner}-{claim.Number}",
            cancellationToken);
    }
}
