using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

/// <summary>
/// The landing folders and a bucket as one zone. The bucket is looked at beside the folders: a store that does not answer holds up its own files
/// only, at the start as well. Until it has told what an earlier process left there, nothing new is claimed in it.
/// </summary>
internal sealed partial class CombinedLandingZone(
    FolderLandingZone local, S3LandingZone remote, IOptions<IngestOptions> options, TimeProvider time, ILogger<CombinedLandingZone> logger) : ILandingZone, IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private Task<IReadOnlyList<ClaimedFile>>? _looking;
    private TimeSpan _pause;
    private long? _looked;
    private bool _remoteRecovered;
    private volatile bool _isRecovered;
    private volatile string? _failure;

    /// <inheritdoc/>
    public string Writer => local.Writer;

    /// <inheritdoc/>
    public bool IsRecovered => _isRecovered;

    /// <inheritdoc/>
    public string? Failure => _failure;

    /// <inheritdoc/>
    /// <remarks>Those in the folders. Those in the bucket come from <see cref="ClaimAsync"/>, as soon as it answers.</remarks>
    public ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default) => local.RecoverAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClaimedFile>> ClaimAsync(int max, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_looking is { IsCompleted: true } looked)
            {
                _looking = null;
                var there = await TakeAsync(looked);
                if (there.Count > 0)
                {
                    return there;
                }
            }

            if (_looking is null && (_looked is not { } last || time.GetElapsedTime(last) >= _pause))
            {
                _looking = LookAsync(max);
            }

            var here = await local.TryClaimAsync(max, cancellationToken);
            if (here.Count > 0)
            {
                return here;
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
    public async ValueTask<IReadOnlyCollection<long>> ListClaimedAsync(CancellationToken cancellationToken = default) =>
        [.. await local.ListClaimedAsync(cancellationToken), .. await remote.ListClaimedAsync(cancellationToken)];

    /// <inheritdoc/>
    public ValueTask<bool> HoldsAsync(ClaimedFile file, CancellationToken cancellationToken = default) => ZoneOf(file).HoldsAsync(file, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default) => ZoneOf(file).ArchiveAsync(file, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default) =>
        ZoneOf(file).RejectAsync(file, reason, message, cancellationToken);

    /// <inheritdoc/>
    public void LetGo(ClaimedFile file) => ZoneOf(file).LetGo(file);

    /// <inheritdoc/>
    public async ValueTask ReturnAsync(IReadOnlyCollection<ClaimedFile> files, CancellationToken cancellationToken = default)
    {
        await local.ReturnAsync([.. files.Where(file => !remote.Holds(file))], cancellationToken);
        var there = files.Where(remote.Holds).ToList();
        if (_looking is { } looking)
        {
            _looking = null;
            await _stopping.CancelAsync();
            await ((Task)looking).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (looking.IsCompletedSuccessfully)
            {
                // Handed out to nobody.
                there.AddRange(await looking);
            }
        }

        await remote.ReturnAsync(there, cancellationToken);
    }

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

    private async Task<IReadOnlyList<ClaimedFile>> LookAsync(int max)
    {
        if (_remoteRecovered)
        {
            return await remote.TryClaimAsync(max, _stopping.Token);
        }

        // Checked here too: the store may not have answered when the process started.
        await remote.CheckAsync(_stopping.Token);
        var unfinished = await remote.RecoverAsync(_stopping.Token);
        _remoteRecovered = true;
        return unfinished;
    }

    /// <summary>What a look brought. One that failed brings nothing; the next one comes after a pause that grows with every failure.</summary>
    private async ValueTask<IReadOnlyList<ClaimedFile>> TakeAsync(Task<IReadOnlyList<ClaimedFile>> looked)
    {
        _looked = time.GetTimestamp();
        try
        {
            var there = await looked;
            _pause = options.Value.SweepInterval;
            _isRecovered = remote.IsRecovered;
            if (there.Count > 0)
            {
                // There may be more.
                _looked = null;
            }

            if (_failure is not null)
            {
                _failure = null;
                LogAnswers();
            }

            return there;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (_failure is null)
            {
                _pause = options.Value.SweepInterval;
                LogNoAnswer(exception.Message, LongestPause);
            }
            else
            {
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            }

            _failure = $"Files that landed in the bucket cannot be had at the moment{(_remoteRecovered ? "" : ", nor those that the last process left unfinished there")}: {exception.Message}";
            return [];
        }
    }

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

    [LoggerMessage(LogLevel.Warning, "Files that landed in the bucket cannot be had; the landing folders are read on. It is tried again with pauses that grow to {Longest}: {Why}")]
    private partial void LogNoAnswer(string why, TimeSpan longest);

    [LoggerMessage(LogLevel.Information, "The bucket that files land in answers again.")]
    private partial void LogAnswers();
}
