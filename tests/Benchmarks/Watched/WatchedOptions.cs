namespace CustomerTrack.Benchmarks;

/// <summary>What the benchmark of a pipeline that is watched is told.</summary>
internal sealed record WatchedOptions
{
    public required int Customers { get; init; }

    /// <summary>Rows of one round.</summary>
    public required int Rows { get; init; }

    public required int RowsPerFile { get; init; }

    /// <summary>Rounds of each kind.</summary>
    public required int Rounds { get; init; }

    /// <summary>Share of the files that are traced.</summary>
    public required double Ratio { get; init; }

    /// <summary>The data folder's parent; null is the system's folder for temporary files.</summary>
    public string? Folder { get; init; }
}
