using CustomerTrack.Cluster;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Records;

namespace CustomerTrack.Live;

/// <summary>The feed of a silo of a cluster: it puts what it detected on a shelf, and silos where somebody watches fetch it from there.</summary>
internal sealed class DeltaShelves(IDimensionCatalog dimensions, TimeProvider time) : IDeltaFeed
{
    // Shorter than the callers' own.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, DeltaShelf> _shelves = dimensions.All.ToDictionary(dimension => dimension.Name, _ => new DeltaShelf(time));

    public ValueTask PublishAsync(string dimension, IReadOnlyList<Delta> deltas)
    {
        if (deltas.Count > 0)
        {
            _shelves[dimension].Add(deltas);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>For <see cref="ISiloGrain.GetChangesAsync"/>.</summary>
    public Task<SiloDeltas> ReadAsync(string dimension, long? after, CancellationToken cancellationToken) => _shelves.TryGetValue(dimension, out var shelf)
        ? shelf.ReadAsync(after, Patience, cancellationToken)
        : throw new ArgumentException($"This silo has no dimension '{dimension}'; it has {string.Join(", ", _shelves.Keys.Order())}.", nameof(dimension));
}
