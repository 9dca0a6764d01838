using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>What a batch changed in a shard. Every state behind it is durable.</summary>
/// <remarks>Travels as <see cref="ShardResultWire"/>; in one process it is handed over as it is.</remarks>
[Immutable, Alias("ct.ShardResult")]
public sealed record ShardResult
{
    public required IReadOnlyList<Delta> Deltas { get; init; }

    public required IReadOnlyList<FileCounts> Counts { get; init; }

    /// <summary>Indexes into the batch's records of those that are older than the lateness horizon.</summary>
    public required IReadOnlyList<int> TooLate { get; init; }
}
