using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.S3;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Ingest;

/// <summary>
/// A landing zone in a bucket. A claim is an object that is created on condition that there is none, so of several processes exactly one gets a
/// file; the claims of a process that ended go to one that runs, which writes their next generation. A file is copied to this machine once, when it is
/// claimed. Every step may be repeated: after a crash between two of them the file comes again with its number, or is found archived.
/// </summary>
internal sealed partial class S3LandingZone(
    S3Bucket bucket,
    S3LandingKeys keys,
    IClaimOwners owners,
    LandingFolders folder,
    IDimensionCatalog dimensions,
    TimeProvider time,
    TimeSpan sweepInterval,
    ILogger<S3LandingZone> logger) : ILandingZone, IAsyncDisposable
{
    /// <summary>Files claimed at once: they are fetched before they are handed out.</summary>
    internal const int ClaimedAtOnce = 32;

    private const int FetchedAtOnce = 8;

    // A store copies no larger object in one request.
    private const long LargestFile = 5L * 1024 * 1024 * 1024;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly FileNumbers _numbers = new(folder, dimensions.All.Select(dimension => dimension.Name), time);
    private readonly Dictionary<long, S3Claim> _mine = [];
    private readonly HashSet<(string Dimension, string Name, string ETag)> _handedOut = [];
    private readonly List<S3Claim> _unfetched = [];
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(folder.Spool);
            await owners.EnterAsync(cancellationToken);
            foreach (var dimension in dimensions.All)
            {
                foreach (var (identity, generation) in await ListClaimsAsync(dimension.Name, cancellationToken))
                {
                    if (await TryTakeOverAsync(dimension, identity.Name, identity.ETag, generation, cancellationToken) is { } claim)
                    {
                        _unfetched.Add(claim);
                    }
                }
            }

            RemoveStraySpool();
            if (_unfetched.Count > 0)
            {
                await _numbers.PassAsync(_unfetched.Max(claim => claim.Number), cancellationToken);
                LogRecovered(_unfetched.Count);
            }

            var (recovered, failure) = await FetchAsync(int.MaxValue, cancellationToken);
            if (failure is not null)
            {
                LogNotFetched(failure.Message);
            }

            return recovered;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClaimedFile>> ClaimAsync(int max, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var claimed = await TryClaimAsync(max, cancellationToken);
            if (claimed.Count > 0)
            {
                return claimed;
            }

            await Task.Delay(sweepInterval, time, cancellationToken);
        }
    }

    /// <summary>Claims what is there now, without waiting for more.</summary>
    public async ValueTask<IReadOnlyList<ClaimedFile>> TryClaimAsync(int max, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            max = Math.Min(max, ClaimedAtOnce);
            if (_unfetched.Count < max)
            {
                // Remembered one by one: what was claimed before a failure is fetched by the next call.
                await ClaimWaitingAsync(max - _unfetched.Count, cancellationToken);
            }

            var (fetched, failure) = await FetchAsync(max, cancellationToken);
            if (failure is not null && fetched.Count == 0)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            if (failure is not null)
            {
                // What came is handed out; the rest is fetched later.
                LogNotFetched(failure.Message);
            }

            return fetched;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> CountWaitingAsync(CancellationToken cancellationToken = default)
    {
        var waiting = 0;
        foreach (var dimension in dimensions.All)
        {
            var found = new List<(string, string, string)>();
            await foreach (var item in ListLandingAsync(dimension, cancellationToken))
            {
                found.Add(item.Identity);
            }

            if (found.Count == 0)
            {
                continue;
            }

            var claims = await ListClaimsAsync(dimension.Name, cancellationToken);
            lock (_mine)
            {
                var mine = _mine.Values.Select(claim => claim.Identity).ToHashSet();
                waiting += found.Count(identity => !_handedOut.Contains(identity) && (!claims.ContainsKey(identity) || mine.Contains(identity)));
            }
        }

        return waiting;
    }

    /// <inheritdoc/>
    public Stream Open(ClaimedFile file) =>
        new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

    /// <inheritdoc/>
    public ValueTask ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default) => FinishAsync(file, keys.Archive(file), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default)
    {
        var target = keys.Rejected(file);
        var note = new RejectedFileNote
        {
            Dimension = file.Dimension.Name,
            File = file.Name,
            Number = file.Number,
            Reason = reason,
            Message = message,
            RejectedAt = time.GetUtcNow(),
        };

        // The note first: a rejected file always has one.
        await bucket.PutAsync(LandingFolders.NotePath(target), JsonSerializer.SerializeToUtf8Bytes(note, QuarantineJson.Default.RejectedFileNote), cancellationToken);
        await FinishAsync(file, target, cancellationToken);
        LogRejected(file.Dimension.Name, file.Name, reason, message);
    }

    /// <summary>Where claimed files are on this machine.</summary>
    internal string SpoolFolder => folder.Spool + Path.DirectorySeparatorChar;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await owners.DisposeAsync();
        bucket.Dispose();
        _gate.Dispose();
    }

    private async IAsyncEnumerable<(S3ObjectInfo Found, (string Dimension, string Name, string ETag) Identity)> ListLandingAsync(
        DimensionDefinition dimension, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = keys.Landing(dimension.Name);
        await foreach (var found in bucket.ListAsync(prefix, startAfter: null, cancellationToken))
        {
            var name = found.Key[prefix.Length..];
            if (name.Length == 0 || FileFormat.IsUnfinished(name))
            {
                continue;
            }

            if (!S3LandingKeys.IsFileName(name) || FileFormat.Of(name) is null || found.Bytes > LargestFile)
            {
                lock (_reported)
                {
                    if (_reported.Add(found.Key))
                    {
                        LogIgnored(bucket.Location(found.Key), string.Join(", ", FileFormat.Extensions));
                    }
                }

                continue;
            }

            yield return (found, (dimension.Name, name, found.ETag));
        }
    }

    /// <summary>The highest generation of each claim.</summary>
    private async Task<Dictionary<(string Dimension, string Name, string ETag), int>> ListClaimsAsync(string dimension, CancellationToken cancellationToken)
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

    private async Task ClaimWaitingAsync(int max, CancellationToken cancellationToken)
    {
        var candidates = new List<(DimensionDefinition Dimension, S3ObjectInfo Found, string Name)>();
        foreach (var dimension in dimensions.All)
        {
            await foreach (var (found, identity) in ListLandingAsync(dimension, cancellationToken))
            {
                if (!IsMine(identity))
                {
                    candidates.Add((dimension, found, identity.Name));
                }
            }
        }

        candidates.Sort(static (left, right) => (left.Found.WrittenAt, left.Found.Key).CompareTo((right.Found.WrittenAt, right.Found.Key)));
        var claims = new Dictionary<(string, string, string), int>();
        foreach (var dimension in candidates.Select(candidate => candidate.Dimension.Name).Distinct())
        {
            foreach (var (identity, generation) in await ListClaimsAsync(dimension, cancellationToken))
            {
                claims[identity] = generation;
            }
        }

        var claimed = 0;
        foreach (var (dimension, found, name) in candidates)
        {
            if (claimed == max)
            {
                return;
            }

            var claim = claims.TryGetValue((dimension.Name, name, found.ETag), out var generation)
                ? await TryTakeOverAsync(dimension, name, found.ETag, generation, cancellationToken)
                : await TryClaimAsync(dimension, name, found.ETag, cancellationToken);
            if (claim is not null)
            {
                _unfetched.Add(claim);
                claimed++;
            }
        }
    }

    private async Task<S3Claim?> TryClaimAsync(DimensionDefinition dimension, string name, string etag, CancellationToken cancellationToken)
    {
        var claim = new S3Claim
        {
            Dimension = dimension,
            Name = name,
            ETag = etag,
            Number = await _numbers.TakeAsync(1, cancellationToken),
            Generation = 1,
            Redelivered = false,
        };
        return await TryWriteAsync(claim, cancellationToken) ? claim : null;
    }

    /// <summary>Takes over a claim whose owner ended, or that this process made without learning of it; null while it is somebody's.</summary>
    private async Task<S3Claim?> TryTakeOverAsync(DimensionDefinition dimension, string name, string etag, int generation, CancellationToken cancellationToken)
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

    private async Task<bool> TryWriteAsync(S3Claim claim, CancellationToken cancellationToken)
    {
        var note = new S3ClaimNote { Owner = owners.Name, Number = claim.Number };
        return await bucket.TryCreateAsync(
            keys.Claim(claim.Dimension.Name, claim.Name, claim.ETag, claim.Generation),
            JsonSerializer.SerializeToUtf8Bytes(note, S3ClaimJson.Default.S3ClaimNote),
            token: $"{owners.Name}-{claim.Number}",
            cancellationToken);
    }

    /// <summary>Copies claimed files to this machine, lowest number first. What cannot be copied now stays for the next call and holds up no other.</summary>
    private async Task<(IReadOnlyList<ClaimedFile> Fetched, Exception? Failure)> FetchAsync(int max, CancellationToken cancellationToken)
    {
        var fetched = new List<ClaimedFile>();
        var done = new List<S3Claim>();
        Exception? failure = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = FetchedAtOnce, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(_unfetched.OrderBy(claim => claim.Number).Take(max).ToList(), options, async (claim, cancellation) =>
            {
                try
                {
                    var file = await FetchAsync(claim, cancellation);
                    lock (done)
                    {
                        done.Add(claim);
                        if (file is not null)
                        {
                            fetched.Add(file);
                        }
                    }
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    Interlocked.CompareExchange(ref failure, exception, null);
                }
            });
        }
        finally
        {
            // A call that is cancelled hands out nothing: what it fetched is found in place by the next one.
            if (!cancellationToken.IsCancellationRequested)
            {
                _unfetched.RemoveAll(done.Contains);
                lock (_mine)
                {
                    _handedOut.UnionWith(done.Where(claim => _mine.ContainsKey(claim.Number)).Select(claim => claim.Identity));
                }
            }
        }

        fetched.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        return (fetched, failure);
    }

    /// <summary>The file of a claim; null when there is nothing to read any more, and the claim is gone.</summary>
    private async Task<ClaimedFile?> FetchAsync(S3Claim claim, CancellationToken cancellationToken)
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
        file = file with { Path = Path.Combine(folder.Spool, LandingFolders.NumberedName(file)) };
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
            if (!isThere || !await TryDownloadAsync(claim, landed!.Bytes, file.Path, cancellationToken))
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

    private async Task<bool> TryDownloadAsync(S3Claim claim, long bytes, string path, CancellationToken cancellationToken)
    {
        var temporary = DurableFile.Temporary(path);
        try
        {
            await bucket.DownloadAsync(LandingKey(claim), temporary, bytes, claim.ETag, cancellationToken);
        }
        catch (S3Exception failure) when (failure.Kind is S3FailureKind.ConditionFailed or S3FailureKind.NoObject)
        {
            return false;
        }

        // Whole under its name; it need not survive a power failure, the bucket has it.
        File.Move(temporary, path, overwrite: true);
        return true;
    }

    private async Task<bool> IsFinishedAsync(ClaimedFile file, CancellationToken cancellationToken) =>
        await bucket.FindAsync(keys.Archive(file), cancellationToken) is not null || await bucket.FindAsync(keys.Rejected(file), cancellationToken) is not null;

    /// <summary>Moves a file to where it rests, in steps each of which may be repeated: copy, remove from landing, give up the claim.</summary>
    private async ValueTask FinishAsync(ClaimedFile file, string target, CancellationToken cancellationToken)
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

    /// <summary>Gives up a claim, the highest generation last: while one is there, the file is nobody else's.</summary>
    private async Task ReleaseAsync(S3Claim claim, string path, CancellationToken cancellationToken)
    {
        for (var generation = 1; generation <= claim.Generation; generation++)
        {
            await bucket.DeleteAsync(keys.Claim(claim.Dimension.Name, claim.Name, claim.ETag, generation), cancellationToken);
        }

        File.Delete(path);
        lock (_mine)
        {
            _mine.Remove(claim.Number);
            _handedOut.Remove(claim.Identity);
        }
    }

    private bool IsMine((string, string, string) identity)
    {
        lock (_mine)
        {
            return _mine.Values.Any(claim => claim.Identity == identity) || _unfetched.Exists(claim => claim.Identity == identity);
        }
    }

    private string LandingKey(S3Claim claim) => keys.Landing(claim.Dimension.Name) + claim.Name;

    /// <summary>Copies of files that this process has no claim to: half-written ones, and those that others took over.</summary>
    private void RemoveStraySpool()
    {
        var kept = _unfetched.Select(claim => $"{claim.Number}~{claim.Name}").ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder.Spool))
        {
            if (!kept.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The landing object {Object} is left alone: its name ends in none of {Extensions}, cannot be a file's, or it has more than 5 GB.")]
    private partial void LogIgnored(string @object, string extensions);

    [LoggerMessage(LogLevel.Warning, "Took over {Count} files in the bucket that another process had claimed and not finished.")]
    private partial void LogRecovered(int count);

    [LoggerMessage(LogLevel.Warning, "{Dimension} file {File} was claimed in the bucket, and removed or overwritten before it was read; its claim was given up.")]
    private partial void LogGone(string dimension, string file);

    [LoggerMessage(LogLevel.Warning, "Some claimed files could not be fetched from the bucket; they are fetched later: {Why}")]
    private partial void LogNotFetched(string why);

    [LoggerMessage(LogLevel.Error, "The file {File} of {Dimension} was rejected as a whole, {Reason}: {Explanation}")]
    private partial void LogRejected(string dimension, string file, string reason, string explanation);
}
