using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>What a batch changed in a shard. Every state behind it is durable.</summary>
[GenerateSerializer, Immutable, Alias("ct.ShardResult")]
public sealed record ShardResult
{
    [Id(0)]
    public required IReadOnlyList<Delta> Deltas { get; init; }

    [Id(1)]
    public required IReadOnlyList<FileCounts> Counts { get; init; }

    /// <summary>Indexes into the batch's records of those that are older than the lateness horizon.</summary>
    [Id(2)]
    public required IReadOnlyList<int> TooLate { get; init; }
}
