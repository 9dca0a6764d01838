using CustomerTrack.Cli;
using CustomerTrack.Lake;
using CustomerTrack.State;

namespace CustomerTrack.Cluster;

/// <summary>
/// Sees to it that one silo of the cluster writes the warehouse: this one takes the seat when it is free or its holder is dead, opens the file, and loads
/// what comes. The seat says who should; the lock of the file itself says who can, so that a predecessor who does not know of its end yet holds up its
/// successor and nothing worse.
/// </summary>
internal sealed partial class WarehouseWriter(
    IClusterBoard board, ClusterSilos silos, WarehouseSeat seat, WarehouseTenures tenures, TimeProvider time, ILogger<WarehouseWriter> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LoadedPatience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _looking = new(1);
    private readonly HashSet<SiloAddress> _dead = [];
    private volatile WarehouseTenure? _tenure;
    private volatile string? _notOpened;
    private long _since;

    /// <summary>The open warehouse; null on a silo that does not have it.</summary>
    public WarehouseTenure? Tenure => _tenure;

    /// <summary>Since when this silo has the seat; null when it has not.</summary>
    public DateTimeOffset? Since => Interlocked.Read(ref _since) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>What this silo is doing with the warehouse; null when it does not have the seat.</summary>
    public string? State => Since is null ? null
        : _notOpened is { } why ? $"waiting for the file: {why}"
        : _tenure is not { } tenure ? "opening the file"
        : !tenure.Loader.CaughtUp.IsCompleted ? CatchingUp(tenure)
        : "writing";

    /// <summary>Has objects loaded, in this order; false when this silo does not write the warehouse.</summary>
    public bool TryAnnounce(IEnumerable<LakeObject> objects)
    {
        if (_tenure is not { } tenure)
        {
            return false;
        }

        foreach (var item in objects)
        {
            tenure.Enqueue(item);
        }

        return true;
    }

    /// <summary>Which of these objects queries see; waits a little for the first.</summary>
    public async Task<LoadedObjects> WaitLoadedAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var tenure = _tenure;
        using var visit = tenure?.TryEnter();
        if (visit is null)
        {
            return new() { IsWriter = false, Loaded = [], Unknown = [] };
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tenure!.Ending);
        try
        {
            var (loaded, unknown) = await tenure.Loader.WaitAnyLoadedAsync(names, LoadedPatience, either.Token);
            return new() { IsWriter = true, Loaded = loaded, Unknown = unknown };
        }
        catch (OperationCanceledException) when (tenure.Ending.IsCancellationRequested)
        {
            return new() { IsWriter = false, Loaded = [], Unknown = [] };
        }
    }

    /// <summary>What a tenure has to do before its tables are whole, in words.</summary>
    public static string CatchingUp(WarehouseTenure tenure)
    {
        var status = tenure.Loader.GetStatus();
        return $"catching up with the lake, {status.WaitingObjects} objects to go{(status.LastError is { } error ? $" ({error})" : "")}";
    }

    /// <summary>Closes the file and leaves the seat. To be called when this silo's reader has stopped, so that its last objects are loaded or at least announced.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _looking.WaitAsync(CancellationToken.None);
        try
        {
            await EndAsync();
            if (Since is not null)
            {
                await board.LeaveSeatAsync(WarehouseSeat.Name, silos.Self, cancellationToken);
                Interlocked.Exchange(ref _since, 0);
                LogLeft();
            }
        }
        catch (Exception failure) when (failure is StateStoreException or OperationCanceledException)
        {
            // Others take the seat when this silo is out of the cluster.
            LogNotLeft(failure.Message);
        }
        finally
        {
            seat.Set(null);
            _looking.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _looking.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watching = WatchAsync(stoppingToken);
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(seat.RungAsync(), Task.Delay(LookEvery, time, ended.Token));
                await ended.CancelAsync();
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }

        await watching;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            await DecideAsync(cancellationToken);
            if (seat.Failure is not null)
            {
                seat.Failure = null;
                LogSeenAgain();
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Whoever has the warehouse goes on with it: nobody else can take the seat now, and the file has a lock.
            if (seat.Failure is null)
            {
                LogNotSeen(failure, failure.Message);
            }

            seat.Failure = $"The board of the cluster cannot be read: {failure.Message}";
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task DecideAsync(CancellationToken cancellationToken)
    {
        var holder = await board.GetSeatAsync(WarehouseSeat.Name, cancellationToken);
        if (holder != silos.Self && (holder is null || await silos.IsGoneAsync(holder, cancellationToken)) && silos.IsMember)
        {
            // Of several that try at once one succeeds. Whoever was the holder here before has lost it.
            await EndAsync();
            if (await board.TryTakeSeatAsync(WarehouseSeat.Name, silos.Self, holder, cancellationToken))
            {
                LogTaken(holder ?? "nobody");
                holder = silos.Self;
            }
        }

        if (holder != silos.Self)
        {
            if (_tenure is not null || Since is not null)
            {
                LogLost(holder ?? "nobody");
                await EndAsync();
                Interlocked.Exchange(ref _since, 0);
            }

            seat.Set(holder);
            return;
        }

        Interlocked.CompareExchange(ref _since, time.GetUtcNow().UtcTicks, 0);
        if (_tenure is null)
        {
            await OpenAsync(cancellationToken);
        }

        // Others may announce to it from now on; until it is open they hear that it takes nothing, and come again.
        seat.Set(holder);
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            _tenure = await tenures.BeginAsync(cancellationToken);
            _notOpened = null;
            LogOpened();
        }
        catch (Exception failure) when (failure is CommandFailedException or WarehouseException or LakeException or IOException or UnauthorizedAccessException)
        {
            if (_notOpened is null)
            {
                LogNotOpened(failure.Message);
            }

            _notOpened = failure.Message;
        }
    }

    private async Task EndAsync()
    {
        _notOpened = null;
        if (_tenure is { } tenure)
        {
            _tenure = null;
            await tenure.DisposeAsync();
            LogClosed();
        }
    }

    /// <summary>Looks at the seat when silos come and go, and at the lake when one has died: what it wrote last may not have been announced.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var snapshot in silos.Changes.WithCancellation(cancellationToken))
            {
                var died = false;
                foreach (var member in snapshot.Members.Values)
                {
                    died |= member.Status == SiloStatus.Dead && _dead.Add(member.SiloAddress);
                }

                if (died && _tenure is { } tenure)
                {
                    // Its end is the tenure's, and a failure is the loader's to report and repeat.
                    _ = tenure.Loader.CatchUpAgainAsync(tenure.Ending);
                }

                seat.Ring();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    [LoggerMessage(LogLevel.Information, "This silo writes the warehouse from now on; before, it was written by {Before}.")]
    private partial void LogTaken(string before);

    [LoggerMessage(LogLevel.Warning, "This silo does not write the warehouse any more: the seat belongs to {Holder}.")]
    private partial void LogLost(string holder);

    [LoggerMessage(LogLevel.Information, "The warehouse is open, and what it lacks is loaded.")]
    private partial void LogOpened();

    [LoggerMessage(LogLevel.Warning, "The warehouse cannot be opened yet; tried again every second: {Why}")]
    private partial void LogNotOpened(string why);

    [LoggerMessage(LogLevel.Information, "The warehouse is closed.")]
    private partial void LogClosed();

    [LoggerMessage(LogLevel.Information, "The seat of the warehouse's writer is free for another silo.")]
    private partial void LogLeft();

    [LoggerMessage(LogLevel.Warning, "The seat of the warehouse's writer could not be left; another silo takes it when this one is out of the cluster: {Why}")]
    private partial void LogNotLeft(string why);

    [LoggerMessage(LogLevel.Warning, "Who writes the warehouse cannot be seen at the moment; whoever does goes on: {Why}")]
    private partial void LogNotSeen(Exception failure, string why);

    [LoggerMessage(LogLevel.Information, "Who writes the warehouse can be seen again.")]
    private partial void LogSeenAgain();
}
