namespace CustomerTrack.Generator;

/// <summary>How far a running feed is.</summary>
public readonly record struct GeneratorProgress
{
    public required long Rows { get; init; }

    /// <summary>Rows there will be; 0 when the feed goes on until it is cancelled.</summary>
    public required long TotalRows { get; init; }

    public required long Files { get; init; }

    /// <summary>Customers that have joined so far.</summary>
    public required int Customers { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>It was cancelled or is done: only rows that were held back still come.</summary>
    public required bool IsDraining { get; init; }

    /// <summary>Mean since the start.</summary>
    public double RowsPerSecond => Elapsed > TimeSpan.Zero ? Rows / Elapsed.TotalSeconds : 0;
}
