namespace CustomerTrack.Benchmarks;

/// <summary>What the cluster benchmark is told.</summary>
internal sealed record ClusterOptions
{
    public required int Silos { get; init; }

    public required int Customers { get; init; }

    /// <summary>Rows of the warm run.</summary>
    public required int Rows { get; init; }

    /// <summary>Share of rows that change something.</summary>
    public required double Changes { get; init; }

    /// <summary>Records of one batch of a reader, all shards together.</summary>
    public required int BatchRows { get; init; }
}
