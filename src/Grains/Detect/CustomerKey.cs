using CustomerTrack.Dimensions;

namespace CustomerTrack.Detect;

/// <summary>The key of a customer's grain: the dimension, a slash, the business key. Dimension names have no slash.</summary>
public static class CustomerKey
{
    public static string Of(string dimension, string key) => string.Concat(dimension, "/", key);

    /// <exception cref="ArgumentException">The dimension is not one of this silo's.</exception>
    internal static (DimensionDefinition Dimension, string Key) Parse(string grainKey, IDimensionCatalog dimensions)
    {
        var slash = grainKey.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && dimensions.TryGet(grainKey[..slash], out var dimension)
            ? (dimension, grainKey[(slash + 1)..])
            : throw new ArgumentException($"No dimension of this silo is named '{(slash > 0 ? grainKey[..slash] : grainKey)}'.", nameof(grainKey));
    }
}
