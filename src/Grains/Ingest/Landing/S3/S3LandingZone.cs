using System.Runtime.ExceptionServices;
using CustomerTrack.Dimensions;
using CustomerTrack.S3;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Ingest;

/// <summary>
/// A landing zone in a bucket. A file is claimed there, and copied to this machine once. Every step may be repeated: after a crash between two of
/// them the file comes again with its number, or is found archived.
/// </summary>
internal sealed partial class S3LandingZone(
    S3Bucket bucket,
    S3LandingKeys keys,
    IClaimOwners owners,
    OpenClaims open,
    S3Spool spool,
    IDimensionCatalog dimensions,
    TimeProvider time,
    TimeSpan sweepInterval,
    ILogger<S3LandingZone> logger) : ILandingZone, IAsyncDisposable
{
    /// <summary>Files claimed at once: they are fetched before they are handed out.</summary>
    internal const int ClaimedAtOnce = 32;

    private const int FetchedAtOnce = 8;

    private readonly S3Claims _claims = new(bucket, keys, open);
    private readonly S3LandedFiles _landed = new(bucket, keys, logger);
    private readonly S3ClaimedFiles _files = new(bucket, keys, new(bucket, keys, open), open, spool, owners.Writer.Length > 0, time, logger);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<S3Claim> _unfetched = [];
    private bool _entered;
    private bool _isClosed;
    private volatile bool _somebodyEnded;
    private volatile bool _isRecovered;

    /// <inheritdoc/>
    public string Writer => owners.Writer;

    /// <inheritdoc/>
    public bool IsRecovered => _isRecovered;

    /// <summary>Checks that the store does what claims rely on.</summary>
    /// <exception cref="S3Exception">It does not, or does not answer.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) => bucket.CheckAsync(keys.ClaimsRoot, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>After a failure it may be called again: what was taken over by then is found as this process's own.</remarks>
    public async ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_entered)
            {
                throw new InvalidOperationException("The bucket was recovered already; that is done once, before the first claim.");
            }

            spool.Create();
            await owners.EnterAsync(cancellationToken);
            await AdoptAsync(cancellationToken);
            spool.RemoveAllBut(_unfetched);
            owners.Ended += OnEnded;
            _entered = true;
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
            if (!_entered)
            {
                throw new InvalidOperationException("The bucket has to be recovered before the first claim.");
            }

            if (_isClosed)
            {
                return [];
            }

            if (_somebodyEnded)
            {
                // Also those whose files are not in landing any more, which no look at landing finds.
                _somebodyEnded = false;
                try
                {
                    await AdoptAsync(cancellationToken);
                }
                catch
                {
                    _somebodyEnded = true;
                    throw;
                }
            }

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
            await foreach (var item in _landed.ListAsync(dimension, cancellationToken))
            {
                found.Add(item.Identity);
            }

            if (found.Count > 0)
            {
                waiting += _files.CountWaiting(found, await _claims.ListAsync(dimension.Name, cancellationToken));
            }
        }

        return waiting;
    }

    /// <inheritdoc/>
    public Stream Open(ClaimedFile file) =>
        new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyCollection<long>> ListClaimedAsync(CancellationToken cancellationToken = default)
    {
        var numbers = new HashSet<long>();
        foreach (var dimension in dimensions.All)
        {
            foreach (var (identity, generation) in await _claims.ListAsync(dimension.Name, cancellationToken))
            {
                if (await _claims.FindNumberAsync(dimension.Name, identity.Name, identity.ETag, generation, cancellationToken) is { } number)
                {
                    numbers.Add(number);
                }
            }
        }

        return numbers;
    }

    /// <inheritdoc/>
    public ValueTask<bool> HoldsAsync(ClaimedFile file, CancellationToken cancellationToken = default) => _files.HoldsAsync(file, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default) => _files.FinishAsync(file, keys.Archive(file), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default)
    {
        if (!await _files.HoldsAsync(file, cancellationToken))
        {
            return false;
        }

        var target = keys.Rejected(file);
        // The note first: a rejected file always has one.
        await bucket.PutAsync(LandingFolders.NotePath(target), RejectedFileNote.Write(file, reason, message, time), cancellationToken);
        if (!await _files.FinishAsync(file, target, cancellationToken))
        {
            return false;
        }

        LogRejected(file.Dimension.Name, file.Name, reason);
        return true;
    }

    /// <inheritdoc/>
    public void LetGo(ClaimedFile file) => _files.LetGo(file.Number, file.Path);

    /// <inheritdoc/>
    public async ValueTask ReturnAsync(IReadOnlyCollection<ClaimedFile> files, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _isClosed = true;
            foreach (var file in files)
            {
                await _files.ReturnAsync(file, cancellationToken);
            }

            foreach (var claim in _unfetched)
            {
                await _claims.ReturnAsync(claim, cancellationToken);
            }

            _unfetched.Clear();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether a file came from here.</summary>
    internal bool Holds(ClaimedFile file) => spool.Holds(file);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        owners.Ended -= OnEnded;
        await owners.DisposeAsync();
        bucket.Dispose();
        _gate.Dispose();
    }

    private void OnEnded() => _somebodyEnded = true;

    /// <summary>Takes over every claim whose owner ended.</summary>
    private async Task AdoptAsync(CancellationToken cancellationToken)
    {
        var before = _unfetched.Count;
        foreach (var dimension in dimensions.All)
        {
            foreach (var (identity, generation) in await _claims.ListAsync(dimension.Name, cancellationToken))
            {
                // Remembered one by one: what was taken over before a failure is fetched by the next call.
                if (!_files.Has(identity)
                    && !_unfetched.Exists(claim => claim.Identity == identity)
                    && await _claims.TryTakeOverAsync(dimension, identity.Name, identity.ETag, generation, cancellationToken) is { } claim)
                {
                    _unfetched.Add(claim);
                }
            }
        }

        if (_unfetched.Count > before)
        {
            LogRecovered(_unfetched.Count - before);
        }
    }

    private async Task ClaimWaitingAsync(int max, CancellationToken cancellationToken)
    {
        var candidates = new List<(DimensionDefinition Dimension, S3ObjectInfo Found, string Name)>();
        foreach (var dimension in dimensions.All)
        {
            await foreach (var (found, identity) in _landed.ListAsync(dimension, cancellationToken))
            {
                if (!_files.Has(identity) && !_unfetched.Exists(claim => claim.Identity == identity))
                {
                    candidates.Add((dimension, found, identity.Name));
                }
            }
        }

        candidates.Sort(static (left, right) => (left.Found.WrittenAt, left.Found.Key).CompareTo((right.Found.WrittenAt, right.Found.Key)));
        var known = new Dictionary<(string, string, string), int>();
        foreach (var dimension in candidates.Select(candidate => candidate.Dimension.Name).Distinct())
        {
            foreach (var (identity, generation) in await _claims.ListAsync(dimension, cancellationToken))
            {
                known[identity] = generation;
            }
        }

        var claimed = 0;
        foreach (var (dimension, found, name) in candidates)
        {
            if (claimed == max)
            {
                return;
            }

            var claim = known.TryGetValue((dimension.Name, name, found.ETag), out var generation)
                ? await _claims.TryTakeOverAsync(dimension, name, found.ETag, generation, cancellationToken)
                : await _claims.TryMakeAsync(dimension, name, found.ETag, cancellationToken);
            if (claim is not null)
            {
                _unfetched.Add(claim);
                claimed++;
            }
        }
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
                    var file = await _files.FetchAsync(claim, cancellation);
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
                _files.HandedOut(done);
                _isRecovered = !_unfetched.Exists(claim => claim.Redelivered);
            }
        }

        fetched.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        return (fetched, failure);
    }

    [LoggerMessage(LogLevel.Warning, "Took over {Count} files in the bucket that another process had claimed and not finished.")]
    private partial void LogRecovered(int count);

    [LoggerMessage(LogLevel.Warning, "Some claimed files could not be fetched from the bucket; they are fetched later: {Why}")]
    private partial void LogNotFetched(string why);

    [LoggerMessage(LogLevel.Error, "The file {File} of {Dimension} was rejected as a whole, {Reason}; the note beside it says more.")]
    private partial void LogRejected(string dimension, string file, string reason);
}
