using CustomerTrack.Dimensions;

namespace CustomerTrack.Ingest;

/// <summary>A landing file that belongs to this process until it is archived or rejected.</summary>
public sealed record ClaimedFile
{
    public required DimensionDefinition Dimension { get; init; }

    /// <summary>The name it landed under, without folders.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Microseconds UTC at the first claim, made unique and rising in the data folder; part of the claim's name, so a file
    /// keeps its number through every redelivery.
    /// </summary>
    public required long Number { get; init; }

    /// <summary>It was claimed before by a process that did not finish it: its deltas may be lost and must come out again.</summary>
    public required bool Redelivered { get; init; }

    /// <summary>Where the file is now.</summary>
    public required string Path { get; init; }

    public required long Bytes { get; init; }

    /// <summary>When the file became visible in landing; the start of the end-to-end latency.</summary>
    public required DateTimeOffset VisibleAt { get; init; }

    /// <summary>What its producer said of its own trace, unchecked; null for nothing.</summary>
    public string? TraceParent { get; init; }
}
