using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>The records of one customer in one batch of its shard.</summary>
[GenerateSerializer, Immutable, Alias("ct.CustomerBatch")]
public sealed record CustomerBatch
{
    /// <summary>The records, all of this customer; those of one file in the order of its rows.</summary>
    [Id(0)]
    public required ReadOnlyMemory<Record> Records { get; init; }

    /// <summary>
    /// The state in storage (empty: there is none), which replaces what is in memory; null when the shard believes that the
    /// customer has it in memory.
    /// </summary>
    [Id(1)]
    public byte[]? StoredState { get; init; }

    /// <summary>The state's version the shard knows of. With another one in memory the customer asks for the stored state.</summary>
    [Id(2)]
    public long ExpectedVersion { get; init; }

    /// <summary>Files with lower numbers are finished: no row of theirs is still to come.</summary>
    [Id(3)]
    public required long OpenFloor { get; init; }

    /// <summary>The time to stamp deltas with, microseconds UTC.</summary>
    [Id(4)]
    public required long RecordedAt { get; init; }

    /// <summary>The records were handed over before and their deltas may be lost.</summary>
    [Id(5)]
    public required bool Redelivered { get; init; }

    /// <summary>The epoch of the shard's activation that calls.</summary>
    [Id(6)]
    public long Epoch { get; init; }

    /// <summary>
    /// Numbers the states that this activation of the shard handed over. What is in memory from another one, or from another epoch, is not used:
    /// for a moment a customer may be active twice, and equal versions are the same state only if they came from one handover.
    /// </summary>
    [Id(7)]
    public long Handover { get; init; }

    /// <summary>Set by the shard, and lost when the message leaves the silo: where it is true the two are beside each other.</summary>
    [field: NonSerialized]
    public bool IsBeside { get; init; }
}
