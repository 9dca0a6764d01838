namespace CustomerTrack.Benchmarks;

/// <summary>What the benchmark of whole silos is told.</summary>
internal sealed record SilosOptions
{
    public required int Silos { get; init; }

    public required int Customers { get; init; }

    /// <summary>Rows of the warm run.</summary>
    public required int Rows { get; init; }

    /// <summary>Share of rows that change something.</summary>
    public required double Changes { get; init; }

    public required int RowsPerFile { get; init; }
}
