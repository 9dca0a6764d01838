using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

/// <summary>The landing folders and a bucket as one zone. The bucket is looked at beside the folders: a store that does not answer holds up its own files only.</summary>
internal sealed class CombinedLandingZone(FolderLandingZone local, S3LandingZone remote, IOptions<IngestOptions> options, TimeProvider time) : ILandingZone, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task<IReadOnlyList<ClaimedFile>>? _looking;
    private long? _looked;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        var there = await remote.RecoverAsync(cancellationToken);
        var here = await local.RecoverAsync(cancellationToken);
        return [.. here.Concat(there).OrderBy(file => file.Number)];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClaimedFile>> ClaimAsync(int max, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var here = await local.TryClaimAsync(max, cancellationToken);
            if (here.Count > 0)
            {
                return here;
            }

            if (_looking is { IsCompleted: true } looked)
            {
                _looking = null;
                _looked = time.GetTimestamp();
                var there = await looked;
                if (there.Count > 0)
                {
                    // There may be more.
                    _looked = null;
                    return there;
                }
            }

            if (_looking is null && (_looked is not { } last || time.GetElapsedTime(last) >= options.Value.SweepInterval))
            {
                _looking = remote.TryClaimAsync(max, _stopping.Token).AsTask();
            }

            await WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> CountWaitingAsync(CancellationToken cancellationToken = default) =>
        await local.CountWaitingAsync(cancellationToken) + await remote.CountWaitingAsync(cancellationToken);

    /// <inheritdoc/>
    public Stream Open(ClaimedFile file) => ZoneOf(file).Open(file);

    /// <inheritdoc/>
    public ValueTask ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default) => ZoneOf(file).ArchiveAsync(file, cancellationToken);

    /// <inheritdoc/>
    public ValueTask RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default) =>
        ZoneOf(file).RejectAsync(file, reason, message, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_looking is not null)
        {
            // What it claimed and did not hand out comes again at the next start.
            await ((Task)_looking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        _stopping.Dispose();
    }

    private ILandingZone ZoneOf(ClaimedFile file) => remote.Holds(file) ? remote : local;

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_looking is null)
        {
            await local.WaitAsync(cancellationToken);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var change = local.WaitAsync(either.Token).AsTask();
        await Task.WhenAny(change, _looking);
        await either.CancelAsync();

        // The wait ends by its cancellation, which is not an error.
        await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
