using CustomerTrack.S3;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Ingest;

/// <summary>The files in the bucket that this process has claimed, from the copy to this machine until they rest.</summary>
/// <param name="isShared">Claims are looked at again before a file is moved: other processes on the same states may have taken them over.</param>
internal sealed partial class S3ClaimedFiles(S3Bucket bucket, S3LandingKeys keys, S3Claims claims, OpenClaims open, S3Spool spool, bool isShared, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<long, S3Claim> _mine = [];
    private readonly HashSet<(string Dimension, string Name, string ETag)> _handedOut = [];

    // Archived or rejected already; what is left is to remove the claim.
    private readonly HashSet<long> _resting = [];

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
            TraceParent = isThere ? landed!.TraceParent : null,
            VisibleAt = isThere && landed!.WrittenAt < file.VisibleAt ? landed.WrittenAt : file.VisibleAt,
        };
    }

    /// <summary>Whether the file is still this process's.</summary>
    public async ValueTask<bool> HoldsAsync(ClaimedFile file, CancellationToken cancellationToken)
    {
        S3Claim? claim;
        lock (_mine)
        {
            if (!_mine.TryGetValue(file.Number, out claim))
            {
                return false;
            }

            if (!isShared || _resting.Contains(file.Number))
            {
                return true;
            }
        }

        return await claims.IsMineAsync(claim, cancellationToken);
    }

    /// <summary>Moves a file to where it rests, in steps each of which may be repeated: copy, remove from landing, give up the claim. False when it is another process's.</summary>
    public async ValueTask<bool> FinishAsync(ClaimedFile file, string target, CancellationToken cancellationToken)
    {
        S3Claim? claim;
        bool isResting;
        lock (_mine)
        {
            _mine.TryGetValue(file.Number, out claim);
            isResting = _resting.Contains(file.Number);
        }

        if (claim is null)
        {
            // Finished before, or let go.
            return false;
        }

        if (!isResting)
        {
            if (isShared && !await claims.IsMineAsync(claim, cancellationToken))
            {
                LogNotOurs(file.Dimension.Name, file.Name);
                return false;
            }

            if ((await bucket.FindAsync(target, cancellationToken))?.Bytes != file.Bytes && !await bucket.TryCopyAsync(LandingKey(claim), target, claim.ETag, cancellationToken))
            {
                // Overwritten or removed while it was read: what was read is here.
                await bucket.UploadAsync(target, file.Path, traceParent: null, cancellationToken);
            }

            // A copy takes as long as it takes. Where the claim is another's by now, that one reads and finishes what is still in landing.
            if (isShared && !await claims.IsMineAsync(claim, cancellationToken))
            {
                LogNotOurs(file.Dimension.Name, file.Name);
                return false;
            }

            lock (_mine)
            {
                _resting.Add(file.Number);
            }
        }

        await bucket.DeleteAsync(LandingKey(claim), claim.ETag, cancellationToken);
        await ReleaseAsync(claim, file.Path, cancellationToken);
        return true;
    }

    /// <summary>This process no longer works on the file.</summary>
    public void LetGo(long number, string path)
    {
        open.LetGo(number);
        Forget(number, path);
    }

    /// <summary>Gives a file back unfinished.</summary>
    public async Task ReturnAsync(ClaimedFile file, CancellationToken cancellationToken)
    {
        S3Claim? claim;
        lock (_mine)
        {
            _mine.TryGetValue(file.Number, out claim);
        }

        if (claim is not null)
        {
            await claims.ReturnAsync(claim, cancellationToken);
            Forget(file.Number, file.Path);
        }
    }

    private async Task<bool> IsFinishedAsync(ClaimedFile file, CancellationToken cancellationToken) =>
        await bucket.FindAsync(keys.Archive(file), cancellationToken) is not null || await bucket.FindAsync(keys.Rejected(file), cancellationToken) is not null;

    private async Task ReleaseAsync(S3Claim claim, string path, CancellationToken cancellationToken)
    {
        await claims.DeleteAsync(claim, cancellationToken);
        await open.CloseAsync(claim.Number, cancellationToken);
        Forget(claim.Number, path);
    }

    private void Forget(long number, string path)
    {
        lock (_mine)
        {
            if (_mine.Remove(number, out var claim))
            {
                _handedOut.Remove(claim.Identity);
            }

            _resting.Remove(number);
        }

        File.Delete(path);
    }

    private string LandingKey(S3Claim claim) => keys.Landing(claim.Dimension.Name) + claim.Name;

    [LoggerMessage(LogLevel.Warning, "{Dimension} file {File} in the bucket is no longer claimed by this process; it is left to whoever has it now.")]
    private partial void LogNotOurs(string dimension, string file);

    [LoggerMessage(LogLevel.Warning, "{Dimension} file {File} was claimed in the bucket, and removed or overwritten before it was read; its claim was given up.")]
    private partial void LogGone(string dimension, string file);
}
