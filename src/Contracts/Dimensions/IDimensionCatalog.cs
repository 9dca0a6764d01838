using System.Diagnostics.CodeAnalysis;

namespace CustomerTrack.Dimensions;

/// <summary>The dimensions of this process.</summary>
public interface IDimensionCatalog
{
    /// <summary>All of them, in the order they were loaded.</summary>
    IReadOnlyList<DimensionDefinition> All { get; }

    /// <summary>Looks a dimension up by its name.</summary>
    bool TryGet(string name, [NotNullWhen(true)] out DimensionDefinition? dimension);
}
