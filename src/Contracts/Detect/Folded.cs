using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>What a customer answers to a <see cref="CustomerBatch"/>.</summary>
[GenerateSerializer, Immutable, Alias("ct.Folded")]
public readonly record struct Folded
{
    /// <summary>Nothing was done: the customer needs the stored state with the call.</summary>
    [Id(0)]
    public bool NeedsState { get; init; }

    /// <summary>The new state, to be made durable before a delta leaves; null when it did not change.</summary>
    [Id(1)]
    public byte[]? State { get; init; }

    /// <summary>The version of the state in memory now.</summary>
    [Id(2)]
    public long Version { get; init; }

    [Id(3)]
    public Delta[]? Deltas { get; init; }

    /// <summary>Indexes into the batch's records of those that are older than the lateness horizon.</summary>
    [Id(4)]
    public int[]? TooLate { get; init; }

    [Id(5)]
    public DetectCounts Counts { get; init; }

    /// <inheritdoc cref="CustomerBatch.IsBeside"/>
    [field: NonSerialized]
    public bool IsBeside { get; init; }
}
