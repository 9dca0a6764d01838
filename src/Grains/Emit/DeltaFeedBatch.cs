using CustomerTrack.Records;

namespace CustomerTrack.Emit;

/// <summary>What the Orleans stream of a dimension carries: the deltas of one batch.</summary>
[GenerateSerializer, Immutable, Alias("ct.DeltaFeedBatch")]
public sealed record DeltaFeedBatch
{
    [Id(0)]
    public required string Dimension { get; init; }

    [Id(1)]
    public required IReadOnlyList<Delta> Deltas { get; init; }
}
