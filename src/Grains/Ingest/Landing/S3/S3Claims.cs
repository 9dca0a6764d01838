using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.S3;

namespace CustomerTrack.Ingest;

/// <summary>
/// Claims as objects in the bucket. One is created on condition that there is none, so of several processes exactly one gets a file; the claims of
/// a process that ended go to one that runs, which writes their next generation.
/// </summary>
internal sealed class S3Claims(S3Bucket bucket, S3LandingKeys keys, IClaimOwners owners, FileNumbers numbers)
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

    /// <summary>Claims a file under a new number; null when somebody else was first.</summary>
    public async Task<S3Claim?> TryMakeAsync(DimensionDefinition dimension, string name, string etag, CancellationToken cancellationToken)
    {
        var claim = new S3Claim
        {
            Dimension = dimension,
            Name = name,
            ETag = etag,
            Number = await numbers.TakeAsync(1, cancellationToken),
            Generation = 1,
            Redelivered = false,
        };
        return await TryWriteAsync(claim, cancellationToken) ? claim : null;
    }

    /// <summary>Takes over a claim whose owner ended, or that this process made without learning of it; null while it is somebody's.</summary>
    public async Task<S3Claim?> TryTakeOverAsync(DimensionDefinition dimension, string name, string etag, int generation, CancellationToken cancellationToken)
    {
        if (await bucket.ReadTextAsync(keys.Claim(dimension.Name, name, etag, generation), cancellationToken) is not { } text)
        {
            // Finished since it was listed.
            return null;
        }

        var note = JsonSerializer.Deserialize(text, S3ClaimJson.Default.S3ClaimNote)!;
        var claim = new S3Claim { Dimension = dimension, Name = name, ETag = etag, Number = note.Number, Generation = generation, Redelivered = generation > 1 };
        if (note.Owner == owners.Name)
        {
            return claim;
        }

        if (await owners.IsAliveAsync(note.Owner, cancellationToken))
        {
            return null;
        }

        claim = claim with { Generation = generation + 1, Redelivered = true };
        return await TryWriteAsync(claim, cancellationToken) ? claim : null;
    }

    /// <summary>Gives up a claim, the highest generation last: while one is there, the file is nobody else's.</summary>
    public async Task DeleteAsync(S3Claim claim, CancellationToken cancellationToken)
    {
        for (var generation = 1; generation <= claim.Generation; generation++)
        {
            await bucket.DeleteAsync(keys.Claim(claim.Dimension.Name, claim.Name, claim.ETag, generation), cancellationToken);
        }
    }

    private async Task<bool> TryWriteAsync(S3Claim claim, CancellationToken cancellationToken)
    {
        var note = new S3ClaimNote { Owner = owners.Name, Number = claim.Number };
        return await bucket.TryCreateAsync(
            keys.Claim(claim.Dimension.Name, claim.Name, claim.ETag, claim.Generation),
            JsonSerializer.SerializeToUtf8Bytes(note, S3ClaimJson.Default.S3ClaimNote),
            token: $"{owners.Name}-{claim.Number}",
            cancellationToken);
    }
}
