using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>The outcome of folding records into a customer.</summary>
public readonly record struct Detected
{
    /// <summary>The state to store; null when it did not change.</summary>
    public required byte[]? State { get; init; }

    /// <summary>The rows that changed, ascending by start.</summary>
    public required Delta[] Deltas { get; init; }

    /// <summary>Indexes of records that were refused for being older than the lateness horizon.</summary>
    public required int[] TooLate { get; init; }

    public required DetectCounts Counts { get; init; }
}
