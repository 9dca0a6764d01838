using System.Security.Cryptography;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Records;
using CustomerTrack.State;

namespace CustomerTrack.Live;

/// <summary>The changes of one dimension, over all silos. It listens while somebody watches, and a while longer.</summary>
internal sealed partial class DimensionFeed(
    DimensionDefinition dimension, IDeltaSource source, FileNames names, LiveOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private IAsyncDisposable? _listening;
    private ITimer? _rest;
    private ChangeRing? _ring;
    private string _session = "";
    private int _watchers;
    private bool _isDisposed;

    public string Dimension => dimension.Name;

    /// <summary>Begins to watch: right behind <paramref name="after"/>, or with what comes next.</summary>
    public async Task<ChangeWatch> WatchAsync(ChangeId? after, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var ring = await ListenAsync(cancellationToken);
            _watchers++;
            if (after is not { } place)
            {
                return new(this, ring, _session, ring.Next, gap: null);
            }

            return place.Session != _session || place.Number >= ring.Next
                ? new(this, ring, _session, ring.Next, $"The id {place} is of another process, or from before this one stopped to listen.")
                : new(this, ring, _session, place.Number + 1, gap: null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Begins to watch with the newest changes there are, <paramref name="most"/> of them.</summary>
    public async Task<ChangeWatch> WatchNewestAsync(int most, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var ring = await ListenAsync(cancellationToken);
            _watchers++;
            return new(this, ring, _session, Math.Max(1, ring.Next - Math.Min(most, options.Keep)), gap: null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>No watcher gets more than it has.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        try
        {
            _isDisposed = true;
            await StopAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    internal async ValueTask LeaveAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (--_watchers == 0 && !_isDisposed)
            {
                _rest = time.CreateTimer(_ => _ = RestAsync(), state: null, options.Linger, Timeout.InfiniteTimeSpan);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<ChangeRing> ListenAsync(CancellationToken cancellationToken)
    {
        _rest?.Dispose();
        _rest = null;
        if (_ring is { } listening)
        {
            return listening;
        }

        var ring = new ChangeRing(options.Keep);
        _listening = await source.ListenAsync(dimension.Name, new Listener(this, ring), cancellationToken);
        _session = RandomNumberGenerator.GetHexString(8, lowercase: true);
        return _ring = ring;
    }

    private async Task TakeAsync(ChangeRing ring, IReadOnlyList<Delta> deltas)
    {
        IReadOnlyDictionary<long, string> files;
        try
        {
            files = await names.OfAsync(deltas, CancellationToken.None);
        }
        catch (Exception unnamed) when (unnamed is StateStoreException or InvalidDataException)
        {
            // The change is worth more than the name of its file.
            LogUnnamed(dimension.Name, unnamed.Message);
            files = new Dictionary<long, string>();
        }

        var changes = Changes.Of(dimension, deltas, files);
        ring.Append(changes);
        LiveInstruments.Seen(dimension.Name, changes.Count);
    }

    private async Task RestAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_watchers == 0 && _rest is not null)
            {
                await StopAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task StopAsync()
    {
        _rest?.Dispose();
        _rest = null;
        _ring?.Close();
        _ring = null;
        if (_listening is { } listening)
        {
            _listening = null;
            await listening.DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of {Dimension} are shown without the names of their files, which could not be asked for: {Why}")]
    private partial void LogUnnamed(string dimension, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of {Dimension} may be missing on the live feed. {Why}")]
    private partial void LogMissing(string dimension, string why);

    private sealed class Listener(DimensionFeed feed, ChangeRing ring) : IDeltaListener
    {
        public Task TakeAsync(IReadOnlyList<Delta> deltas) => feed.TakeAsync(ring, deltas);

        public void Miss(string why)
        {
            feed.LogMissing(feed.Dimension, why);
            ring.AppendGap(why);
        }
    }
}
