using System.Threading.Channels;
using CustomerTrack.State;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Detect;

/// <summary>
/// Lets shards go that belong on another silo since the cluster changed: each finishes the batch it is at, and its next call activates it where
/// it belongs, with a new epoch. Some at a time, and only when the set of silos has been the same for a while.
/// </summary>
internal sealed partial class ShardMoves(
    SiloShards shards, ShardPlaces places, IClusterMembershipService membership, IClusterManifestProvider manifests, MovePace pace, TimeProvider time, ILogger<ShardMoves> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(nameof(ShardMoves), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    /// <summary>Something may be in the wrong place.</summary>
    public void Look() => _due.Writer.TryWrite(true);

    public void Dispose() => _stop.Dispose();

    private Task StartAsync(CancellationToken cancellationToken)
    {
        var stop = _stop.Token;
        _work = Task.WhenAll(
            Task.Run(() => UntilStoppedAsync(WatchAsync(membership.MembershipUpdates, stop)), CancellationToken.None),
            Task.Run(() => UntilStoppedAsync(WatchAsync(manifests.Updates, stop)), CancellationToken.None),
            Task.Run(() => UntilStoppedAsync(MoveAsync(stop)), CancellationToken.None));
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work;
    }

    private async Task UntilStoppedAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception exception)
        {
            LogEnded(exception);
        }
    }

    private async Task WatchAsync<T>(IAsyncEnumerable<T> changes, CancellationToken cancellationToken)
    {
        await foreach (var _ in changes.WithCancellation(cancellationToken))
        {
            Look();
        }
    }

    private async Task MoveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _due.Reader.ReadAsync(cancellationToken);
            if (!shards.Owned.Any(IsMisplaced))
            {
                continue;
            }

            IReadOnlyList<SiloAddress> silos;
            do
            {
                silos = places.Silos;
                await Task.Delay(pace.Settle, time, cancellationToken);
            }
            while (!silos.SequenceEqual(places.Silos));

            await Parallel.ForEachAsync(
                shards.Owned.Where(IsMisplaced), new ParallelOptions { MaxDegreeOfParallelism = pace.AtOnce, CancellationToken = cancellationToken }, LeaveAsync);
        }
    }

    private bool IsMisplaced(OwnedShard owned) => !places.IsHere(owned.Shard);

    private async ValueTask LeaveAsync(OwnedShard owned, CancellationToken cancellationToken)
    {
        if (!IsMisplaced(owned))
        {
            return;
        }

        LogLeaves(owned.Shard, owned.Epoch);
        owned.Activation.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "The shard belongs on another silo now."), CancellationToken.None);
        DetectInstruments.Moved(owned.Shard.Dimension);
        try
        {
            await owned.Activation.Deactivated.WaitAsync(pace.Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogSlow(owned.Shard, pace.Patience);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard} (epoch {Epoch}) belongs on another silo now and leaves this one.")]
    private partial void LogLeaves(ShardId shard, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} has to leave this silo and is still busy after {Patience}; others go on.")]
    private partial void LogSlow(ShardId shard, TimeSpan patience);

    [LoggerMessage(Level = LogLevel.Error, Message = "Shards no longer follow changes of the cluster on this silo until it is restarted; they work where they are.")]
    private partial void LogEnded(Exception exception);
}
