namespace CustomerTrack.Benchmarks;

/// <summary>What the pipeline benchmark is told.</summary>
internal sealed record PipelineOptions
{
    public required int Customers { get; init; }

    /// <summary>Rows of the throughput run.</summary>
    public required int Rows { get; init; }

    /// <summary>Share of rows that change something.</summary>
    public required double Changes { get; init; }

    public required NoOpKind NoOps { get; init; }

    public required int RowsPerFile { get; init; }

    /// <summary>Rows a second of the latency run.</summary>
    public required int Rate { get; init; }

    /// <summary>Milliseconds between two files of the latency run.</summary>
    public required int FileEveryMilliseconds { get; init; }

    /// <summary>How long the latency run takes; 0 leaves it out.</summary>
    public required int LatencySeconds { get; init; }

    public required double GrainCallSeconds { get; init; }

    /// <summary>The data folder's parent; null is the system's folder for temporary files.</summary>
    public string? Folder { get; init; }
}
