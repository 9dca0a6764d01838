using CustomerTrack.S3;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Ingest;

/// <summary>The files in the bucket that this process has claimed, from the copy to this machine until they rest.</summary>
internal sealed partial class S3ClaimedFiles(S3Bucket bucket, S3LandingKeys keys, S3Claims claims, S3Spool spool, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<long, S3Claim> _mine = [];
    private readonly HashSet<(string Dimension, string Name, string ETag)> _handedOut = [];

    public bool Has((string, string, string) identity)
    {
        lock (_mine)
        {
            return _mine.Values.Any(claim => claim.Identity == identity);
        }
    }

    /// <summary>How many of the landed files nobody reads: unclaimed ones, and those of this process that were not handed out.</summary>
    public int CountWaiting(List<(string, string, string)> landed, Dictionary<(string, string, string), int> claimed)
    {
        lock (_mine)
        {
            var mine = _mine.Values.Select(claim => claim.Identity).ToHashSet();
            return landed.Count(identity => !_handedOut.Contains(identity) && (!claimed.ContainsKey(identity) || mine.Contains(identity)));
        }
    }

    /// <summary>Remembers which files are being read, of those that are still to be.</summary>
    public void HandedOut(List<S3Claim> fetched)
    {
        lock (_mine)
        {
            _handedOut.UnionWith(fetched.Where(claim => _mine.ContainsKey(claim.Number)).Select(claim => claim.Identity));
        }
    }

    /// <summary>The file of a claim; null when there is nothing to read any more, and the claim is gone.</summary>
    public async Task<ClaimedFile?> FetchAsync(S3Claim claim, CancellationToken cancellationToken)
    {
        var file = new ClaimedFile
        {
            Dimension = claim.Dimension,
            Name = claim.Name,
            Number = claim.Number,
            Redelivered = claim.Redelivered,
            Path = "",
            Bytes = 0,
            VisibleAt = time.GetUtcNow(),
        };
        file = file with { Path = spool.PathOf(file) };
        lock (_mine)
        {
            _mine[claim.Number] = claim;
        }

        var landed = await bucket.FindAsync(LandingKey(claim), cancellationToken);
        var isThere = landed?.ETag == claim.ETag;
        if (!isThere && await IsFinishedAsync(file, cancellationToken))
        {
            await ReleaseAsync(claim, file.Path, cancellationToken);
            return null;
        }

        if (!File.Exists(file.Path))
        {
            if (!isThere || !await spool.TryFetchAsync(LandingKey(claim), claim.ETag, landed!.Bytes, file.Path, cancellationToken))
            {
                // Nobody has read it: as if it had never landed. A new content under its name is a file of its own.
                LogGone(claim.Dimension.Name, claim.Name);
                await ReleaseAsync(claim, file.Path, cancellationToken);
                return null;
            }
        }

        return file with
        {
            Bytes = new FileInfo(file.Path).Length,
            VisibleAt = isThere && landed!.WrittenAt < file.VisibleAt ? landed.WrittenAt : file.VisibleAt,
        };
    }

    /// <summary>Moves a file to where it rests, in steps each of which may be repeated: copy, remove from landing, give up the claim.</summary>
    public async ValueTask FinishAsync(ClaimedFile file, string target, CancellationToken cancellationToken)
    {
        S3Claim? claim;
        lock (_mine)
        {
            _mine.TryGetValue(file.Number, out claim);
        }

        if (claim is null)
        {
            // Finished before.
            return;
        }

        if ((await bucket.FindAsync(target, cancellationToken))?.Bytes != file.Bytes && !await bucket.TryCopyAsync(LandingKey(claim), target, claim.ETag, cancellationToken))
        {
            // Overwritten or removed while it was read: what was read is here.
            await bucket.UploadAsync(target, file.Path, cancellationToken);
        }

        await bucket.DeleteAsync(LandingKey(claim), claim.ETag, cancellationToken);
        await ReleaseAsync(claim, file.Path, cancellationToken);
    }

    private async Task<bool> IsFinishedAsync(ClaimedFile file, CancellationToken cancellationToken) =>
        await bucket.FindAsync(keys.Archive(file), cancellationToken) is not null || await bucket.FindAsync(keys.Rejected(file), cancellationToken) is not null;

    private async Task ReleaseAsync(S3Claim claim, string path, CancellationToken cancellationToken)
    {
        await claims.DeleteAsync(claim, cancellationToken);
        File.Delete(path);
        lock (_mine)
        {
            _mine.Remove(claim.Number);
            _handedOut.Remove(claim.Identity);
        }
    }

    private string LandingKey(S3Claim claim) => keys.Landing(claim.Dimension.Name) + claim.Name;

    [LoggerMessage(LogLevel.Warning, "{Dimension} file {File} was claimed in the bucket, and removed or overwritten before it was read; its claim was given up.")]
    private partial void LogGone(string dimension, string file);
}
