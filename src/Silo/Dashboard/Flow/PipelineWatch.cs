using CustomerTrack.Api;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>Looks at the pipeline once for all open pages, and only while there are any.</summary>
internal sealed partial class PipelineWatch(IPipelineState state, SiloActivities silos, IFlowSource flow, TimeProvider time, ILogger<PipelineWatch> logger) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly HashSet<Func<PipelineView, Task>> _watchers = [];
    private readonly CancellationTokenSource _ended = new();
    private Task _looking = Task.CompletedTask;

    /// <summary>The newest view; null while nobody has looked yet.</summary>
    public PipelineView? Newest { get; private set; }

    /// <summary>The dimension with the longest history, which a page begins with; null while nobody has looked yet.</summary>
    public string? Fullest => Newest?.Status?.Dimensions.MaxBy(tables => tables.HistoryRows)?.Dimension;

    /// <summary>Has <paramref name="watcher"/> told about every view until it is taken away.</summary>
    public void Add(Func<PipelineView, Task> watcher)
    {
        lock (_lock)
        {
            _watchers.Add(watcher);
            if (_looking.IsCompleted)
            {
                _looking = Task.Run(LookAsync);
            }
        }
    }

    public void Remove(Func<PipelineView, Task> watcher)
    {
        lock (_lock)
        {
            _watchers.Remove(watcher);
        }
    }

    /// <summary>How it is now.</summary>
    public async Task<PipelineView> AskAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var asking = state.GetAsync(patience.Token);
            var activity = silos.AskAsync(patience.Token);
            var rates = flow.AskAsync(patience.Token);
            await Task.WhenAll(asking, activity, rates);
            return Newest = Of(await asking, await activity, await rates);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // A page that shows old figures as if they were new would be worse than one that says why it has none.
            LogFailed(logger, failure);
            return Newest = new() { At = time.GetUtcNow(), Status = null, Silos = [], Points = [], Silent = [], Failure = failure is OperationCanceledException ? $"The pipeline did not say within {Patience.TotalSeconds} seconds how it is." : failure.Message };
        }
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private PipelineView Of(PipelineStatus status, IReadOnlyList<(string Name, SiloActivity? Activity)> activity, FlowView rates) => new()
    {
        At = time.GetUtcNow(),
        Status = status,
        Silos = [.. activity.Select(silo => silo.Activity).OfType<SiloActivity>()],
        Points = rates.Points,
        Silent =
        [
            .. rates.Silent
                .Union(activity.Where(silo => silo.Activity is null).Select(silo => silo.Name))
                .Union((status.Cluster?.Silos ?? []).Where(silo => !silo.Answers).Select(silo => silo.Name))
                .Order(StringComparer.Ordinal),
        ],
        Failure = null,
    };

    private async Task LookAsync()
    {
        var token = _ended.Token;
        try
        {
            while (Watchers() is { Length: > 0 } watchers)
            {
                var view = await AskAsync(token);
                foreach (var watcher in watchers)
                {
                    await TellAsync(watcher, view);
                }

                await Task.Delay(Interval, time, token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    // With nobody left the loop must be seen as ended before the next one comes.
    private Func<PipelineView, Task>[] Watchers()
    {
        lock (_lock)
        {
            if (_watchers.Count == 0)
            {
                _looking = Task.CompletedTask;
            }

            return [.. _watchers];
        }
    }

    // One page whose connection is just breaking must not keep the others waiting for good.
    private async Task TellAsync(Func<PipelineView, Task> watcher, PipelineView view)
    {
        try
        {
            await watcher(view);
        }
        catch (Exception gone) when (gone is ObjectDisposedException or InvalidOperationException)
        {
            LogGone(logger, gone);
            Remove(watcher);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The dashboard could not find out how the pipeline is.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A page of the dashboard is gone.")]
    private static partial void LogGone(ILogger logger, Exception exception);
}
