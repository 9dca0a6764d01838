namespace CustomerTrack.Dashboard.Flow;

/// <summary>What runs on one silo.</summary>
internal sealed record SiloActivity
{
    public required string Name { get; init; }

    /// <summary>Where it is: its name without what tells its starts apart.</summary>
    public required string Place { get; init; }

    /// <summary>Activations by grain type, the most first.</summary>
    public required IReadOnlyList<(string Type, int Count)> Activations { get; init; }

    public required int Customers { get; init; }

    public required int Shards { get; init; }

    /// <summary>Bytes the process uses; null where the silo did not say.</summary>
    public required long? MemoryBytes { get; init; }

    /// <summary>Bytes there are for it; null where the silo did not say.</summary>
    public required long? AvailableBytes { get; init; }

    /// <summary>Of all cores, from 0 to 100; null where the silo did not say.</summary>
    public required double? CpuPercent { get; init; }
}
