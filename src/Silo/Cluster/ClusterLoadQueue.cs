using CustomerTrack.Lake;
using CustomerTrack.Load;

namespace CustomerTrack.Cluster;

/// <summary>
/// Announces this silo's lake objects to whoever writes the warehouse, in order, until they are loaded: after a change of the writer everything that is not
/// known to be loaded is announced again. While nobody writes, names are kept and nothing waits for them but who wants to know when they can be queried.
/// </summary>
internal sealed partial class ClusterLoadQueue(
    WarehouseSeat seat, WarehouseWriter writer, ClusterSilos silos, IGrainFactory grains, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ClusterLoadQueue> logger)
    : BackgroundService, ILoadQueue
{
    private const int MostAtOnce = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, Entry> _unloaded = [];
    private readonly Dictionary<string, Entry> _byName = new(StringComparer.Ordinal);
    private readonly Queue<Entry> _unannounced = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SemaphoreSlim _announced = new(0);
    private readonly CancellationTokenSource _givenUp = new();
    private string? _holder;
    private long _last;
    private bool _failing;
    private bool _ended;

    /// <summary>Objects that are not known to be loaded.</summary>
    public int Unloaded
    {
        get
        {
            lock (_lock)
            {
                return _unloaded.Count;
            }
        }
    }

    public void Enqueue(LakeObject lakeObject)
    {
        lock (_lock)
        {
            var entry = new Entry(lakeObject, ++_last);
            if (!_byName.TryAdd(lakeObject.Name, entry))
            {
                return;
            }

            _unloaded.Add(entry.Order, entry);
            _unannounced.Enqueue(entry);
        }

        _arrived.Release();
    }

    public Task WaitLoadedAsync(LakeObject lakeObject, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // What was announced and is not kept any more is loaded.
            return !_byName.TryGetValue(lakeObject.Name, out var entry) ? Task.CompletedTask
                : _ended ? Task.FromCanceled(new CancellationToken(canceled: true))
                : entry.Loaded.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Announces what is left, as far as somebody takes it; what nobody takes is found in the lake when this silo is gone.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            while (HasUnannounced() && !_givenUp.IsCancellationRequested && await AnnounceAsync(cancellationToken))
            {
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The time is up.
        }

        GiveUp();
    }

    public override void Dispose()
    {
        base.Dispose();
        _arrived.Dispose();
        _announced.Dispose();
        _givenUp.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A silo that stops must not wait for a writer that does not come.
        await using var stopping = lifetime.ApplicationStopping.Register(() => _givenUp.CancelAfter(LastPatience));
        await using var givingUp = _givenUp.Token.Register(GiveUp);
        try
        {
            await Task.WhenAll(AnnounceAllAsync(stoppingToken), WaitForAllAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task AnnounceAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = seat.ChangedAsync(_holder);
            if (!changed.IsCompleted && !HasUnannounced())
            {
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(_arrived.WaitAsync(ended.Token), changed);
                await ended.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!await AnnounceAsync(cancellationToken) && HasUnannounced())
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    /// <summary>Announces some to the holder of the seat; false when nobody took them.</summary>
    private async Task<bool> AnnounceAsync(CancellationToken cancellationToken)
    {
        if (Follow() is not { } holder)
        {
            return false;
        }

        List<Entry> group;
        lock (_lock)
        {
            group = [.. _unannounced.Take(MostAtOnce)];
        }

        if (group.Count == 0)
        {
            return true;
        }

        if (!await TryAnnounceAsync(holder, group, cancellationToken))
        {
            seat.Ring();
            return false;
        }

        lock (_lock)
        {
            // Another holder was found meanwhile: it has to be told all of it anyway.
            for (var i = 0; i < group.Count && holder == _holder; i++)
            {
                _unannounced.Dequeue().IsAnnounced = true;
            }
        }

        _announced.Release();
        return true;
    }

    /// <summary>The holder of the seat. To a new one nothing was announced yet.</summary>
    private string? Follow()
    {
        var holder = seat.Holder;
        lock (_lock)
        {
            if (holder != _holder)
            {
                _holder = holder;
                _unannounced.Clear();
                foreach (var entry in _unloaded.Values)
                {
                    entry.IsAnnounced = false;
                    _unannounced.Enqueue(entry);
                }
            }
        }

        return holder;
    }

    private async Task<bool> TryAnnounceAsync(string holder, List<Entry> group, CancellationToken cancellationToken)
    {
        if (holder == silos.Self)
        {
            return writer.TryAnnounce(group.Select(entry => entry.Object));
        }

        var objects = group.ConvertAll(entry => Announcements.Of(entry.Object));
        try
        {
            var taken = await grains.GetGrain<ISiloGrain>(holder).AnnounceAsync(objects, cancellationToken);
            _failing = false;
            return taken;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_failing)
            {
                _failing = true;
                LogNotAnnounced(failure, holder, group.Count);
            }

            return false;
        }
    }

    private async Task WaitForAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            string? holder;
            List<string> names;
            lock (_lock)
            {
                holder = _holder;
                names = [.. _unloaded.Values.Where(entry => entry.IsAnnounced).Take(MostAtOnce).Select(entry => entry.Object.Name)];
            }

            if (names.Count == 0 || holder is null)
            {
                await _announced.WaitAsync(cancellationToken);
            }
            else if (!await WaitAsync(holder, names, cancellationToken))
            {
                seat.Ring();
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task<bool> WaitAsync(string holder, List<string> names, CancellationToken cancellationToken)
    {
        LoadedObjects answer;
        try
        {
            answer = holder == silos.Self
                ? await writer.WaitLoadedAsync(names, cancellationToken)
                : await grains.GetGrain<ISiloGrain>(holder).WaitLoadedAsync(names, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Asked again; whoever comes next is told everything anew.
            LogNotAsked(failure, holder);
            return false;
        }

        var loaded = new List<Entry>();
        lock (_lock)
        {
            foreach (var name in answer.Loaded)
            {
                if (_byName.Remove(name, out var entry))
                {
                    _unloaded.Remove(entry.Order);
                    loaded.Add(entry);
                }
            }

            foreach (var name in answer.Unknown)
            {
                // It lost the seat and got it back between two looks.
                if (_byName.TryGetValue(name, out var entry) && entry.IsAnnounced)
                {
                    entry.IsAnnounced = false;
                    _unannounced.Enqueue(entry);
                    _arrived.Release();
                }
            }
        }

        foreach (var entry in loaded)
        {
            entry.Loaded.TrySetResult();
        }

        return answer.IsWriter;
    }

    private bool HasUnannounced()
    {
        lock (_lock)
        {
            return _unannounced.Count > 0;
        }
    }

    private void GiveUp()
    {
        List<Entry> left;
        lock (_lock)
        {
            _ended = true;
            left = [.. _unloaded.Values];
        }

        foreach (var entry in left)
        {
            entry.Loaded.TrySetCanceled(CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Objects} lake objects could not be announced to {Holder}, which writes the warehouse; tried again until somebody takes them.")]
    private partial void LogNotAnnounced(Exception failure, string holder, int objects);

    [LoggerMessage(LogLevel.Debug, "{Holder} did not say which lake objects are loaded; asked again.")]
    private partial void LogNotAsked(Exception failure, string holder);

    private sealed class Entry(LakeObject lakeObject, long order)
    {
        public LakeObject Object { get; } = lakeObject;

        public long Order { get; } = order;

        public bool IsAnnounced { get; set; }

        public TaskCompletionSource Loaded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
