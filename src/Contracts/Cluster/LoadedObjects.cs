namespace CustomerTrack.Cluster;

/// <summary>How far a warehouse's writer is with given lake objects.</summary>
[GenerateSerializer, Immutable, Alias("ct.LoadedObjects")]
public sealed record LoadedObjects
{
    /// <summary>False: the silo does not write the warehouse, and knows nothing about objects.</summary>
    [Id(0)]
    public required bool IsWriter { get; init; }

    /// <summary>Those that queries see.</summary>
    [Id(1)]
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>Those it was never told of; they have to be announced (again).</summary>
    [Id(2)]
    public required IReadOnlyList<string> Unknown { get; init; }
}
