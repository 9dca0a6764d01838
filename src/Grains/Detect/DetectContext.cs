namespace CustomerTrack.Detect;

/// <summary>What a fold is told besides the state and the records: it has no clock of its own.</summary>
public readonly record struct DetectContext
{
    /// <summary>Files with lower numbers are finished.</summary>
    public required long OpenFloor { get; init; }

    /// <summary>The time the deltas are stamped with, microseconds UTC.</summary>
    public required long RecordedAt { get; init; }

    /// <summary>The records were handed over before and their deltas may be lost: every row of the customer comes out again.</summary>
    public required bool Redelivered { get; init; }
}
