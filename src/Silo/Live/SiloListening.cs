using CustomerTrack.Cluster;

namespace CustomerTrack.Live;

/// <summary>Listens to one dimension on every silo, and on those that join.</summary>
internal sealed partial class SiloListening(
    string dimension, IDeltaListener listener, ClusterSilos silos, IGrainFactory grains, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // A silo that does not say where it is keeps a new watcher waiting for as long.
    private static readonly TimeSpan BeginPatience = TimeSpan.FromSeconds(3);

    // Longer than a silo waits for something to come.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _ended = new();
    private readonly Dictionary<string, Task> _following = [];
    private Task _joining = Task.CompletedTask;

    /// <summary>Returns when what is detected from now on will be heard, but for silos that do not answer: for them the listener is told when they do.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var there = silos.Active;
        var places = await Task.WhenAll(there.Select(name => FindAsync(name, cancellationToken)));
        for (var i = 0; i < there.Count; i++)
        {
            var (name, place) = (there[i], places[i]);
            _following[name] = Task.Run(() => FollowAsync(name, place), CancellationToken.None);
        }

        _joining = Task.Run(JoinAsync, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _joining;
        await Task.WhenAll(_following.Values);
        _ended.Dispose();
    }

    private async Task<long?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await grains.GetGrain<ISiloGrain>(name).GetChangesAsync(dimension, null, cancellationToken).AsTask().WaitAsync(BeginPatience, time, cancellationToken)).Last;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnheard(failure, name, dimension);
            return null;
        }
    }

    // Who joins is followed from its start on.
    private async Task JoinAsync()
    {
        try
        {
            await foreach (var _ in silos.Changes.WithCancellation(_ended.Token))
            {
                foreach (var name in silos.Active.Where(name => !_following.ContainsKey(name)))
                {
                    _following[name] = Task.Run(() => FollowAsync(name, place: 0), CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
    }

    private async Task FollowAsync(string name, long? place)
    {
        var token = _ended.Token;
        var isLeaving = false;
        try
        {
            while (true)
            {
                SiloDeltas answer;
                try
                {
                    answer = await grains.GetGrain<ISiloGrain>(name).GetChangesAsync(dimension, place, token).AsTask().WaitAsync(Patience, time, token);
                }
                catch (Exception failure) when (!token.IsCancellationRequested)
                {
                    LogUnheard(failure, name, dimension);
                    isLeaving |= silos.IsLeaving(name);
                    if (silos.HasEnded(name))
                    {
                        if (!isLeaving)
                        {
                            listener.Miss($"The silo {name} ended without notice. What it detected last may be missing; the history has it.");
                        }

                        return;
                    }

                    await Task.Delay(Pause, time, token);
                    continue;
                }

                await TakeAsync(name, place, answer);
                place = answer.Last;
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
    }

    private async Task TakeAsync(string name, long? place, SiloDeltas answer)
    {
        if (place is null)
        {
            listener.Miss($"The silo {name} did not answer at first. What it detected meanwhile is missing; the history has it.");
        }
        else if (answer.Forgotten > 0)
        {
            listener.Miss($"The silo {name} detected more than it could keep until it was fetched: {answer.Forgotten} of its batches are missing; the history has them.");
        }

        foreach (var batch in answer.Batches)
        {
            try
            {
                await listener.TakeAsync(batch);
            }
            catch (Exception failure)
            {
                // Others are as good as they were.
                LogNotTaken(failure, batch.Length, dimension, name);
                listener.Miss($"A batch that the silo {name} detected could not be shown; the history has it.");
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "{Deltas} deltas of {Dimension} that {Silo} detected could not be taken to the live feed.")]
    private partial void LogNotTaken(Exception failure, int deltas, string dimension, string silo);

    [LoggerMessage(LogLevel.Debug, "The silo {Silo} did not say what it detected in {Dimension}.")]
    private partial void LogUnheard(Exception failure, string silo, string dimension);
}
