using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Live;

/// <summary>
/// Changes as they happen, over all silos, for those who watch: the dashboard and server-sent events. Best effort: it is fed by the
/// deltas as they are detected and kept in memory. Whoever needs every change reads the history table, or the lake.
/// </summary>
internal sealed class ChangeFeed : IHostedService
{
    private readonly Dictionary<string, DimensionFeed> _feeds;

    public ChangeFeed(
        IDimensionCatalog dimensions, IDeltaSource source, FileNames names, IOptions<LiveOptions> options, TimeProvider time, ILogger<ChangeFeed> logger) =>
        _feeds = dimensions.All.ToDictionary(dimension => dimension.Name, dimension => new DimensionFeed(dimension, source, names, options.Value, time, logger));

    /// <summary>Begins to watch a dimension right behind <paramref name="after"/>, or with what comes next.</summary>
    /// <exception cref="ObjectDisposedException">The process is stopping.</exception>
    public Task<ChangeWatch> WatchAsync(string dimension, ChangeId? after, CancellationToken cancellationToken) => _feeds[dimension].WatchAsync(after, cancellationToken);

    /// <summary>Begins to watch a dimension with the newest changes that are kept, <paramref name="most"/> of them.</summary>
    /// <exception cref="ObjectDisposedException">The process is stopping.</exception>
    public Task<ChangeWatch> WatchNewestAsync(string dimension, int most, CancellationToken cancellationToken) => _feeds[dimension].WatchNewestAsync(most, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends every watch while the silo can still be told.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var feed in _feeds.Values)
        {
            await feed.DisposeAsync();
        }
    }
}
