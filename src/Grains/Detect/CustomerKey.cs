using CustomerTrack.Dimensions;
using CustomerTrack.State;

namespace CustomerTrack.Detect;

/// <summary>The key of a customer's grain: the dimension, a slash, the business key. Dimension names have no slash.</summary>
public static class CustomerKey
{
    public static string Of(string dimension, string key) => string.Concat(dimension, "/", key);

    /// <summary>The shard of a customer's grain, whether this silo knows the dimension or not.</summary>
    /// <exception cref="ArgumentException">The key has another form.</exception>
    internal static ShardId ShardOf(string grainKey, int shards)
    {
        var slash = grainKey.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            ? new(grainKey[..slash], Sharding.ShardOf(grainKey[(slash + 1)..], shards))
            : throw new ArgumentException($"'{grainKey}' is not the key of a customer; expected dimension/key.", nameof(grainKey));
    }

    /// <exception cref="ArgumentException">The dimension is not one of this silo's.</exception>
    internal static (DimensionDefinition Dimension, string Key) Parse(string grainKey, IDimensionCatalog dimensions)
    {
        var slash = grainKey.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && dimensions.TryGet(grainKey[..slash], out var dimension)
            ? (dimension, grainKey[(slash + 1)..])
            : throw new ArgumentException($"No dimension of this silo is named '{(slash > 0 ? grainKey[..slash] : grainKey)}'.", nameof(grainKey));
    }
}
