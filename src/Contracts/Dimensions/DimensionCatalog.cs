using System.Diagnostics.CodeAnalysis;

namespace CustomerTrack.Dimensions;

/// <summary>A fixed set of dimensions.</summary>
public sealed class DimensionCatalog : IDimensionCatalog
{
    private readonly Dictionary<string, DimensionDefinition> _byName;

    /// <exception cref="ArgumentException">Two dimensions have one name.</exception>
    public DimensionCatalog(IEnumerable<DimensionDefinition> dimensions)
    {
        All = [.. dimensions];
        _byName = new(StringComparer.Ordinal);
        foreach (var dimension in All)
        {
            if (!_byName.TryAdd(dimension.Name, dimension))
            {
                throw new ArgumentException($"Two definitions are named '{dimension.Name}'; every dimension needs a name of its own.", nameof(dimensions));
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DimensionDefinition> All { get; }

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out DimensionDefinition? dimension) => _byName.TryGetValue(name, out dimension);
}
