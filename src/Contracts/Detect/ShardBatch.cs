using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>The records of one shard in one batch, those of one customer next to each other.</summary>
/// <remarks>Travels as <see cref="ShardBatchWire"/>; in one process it is handed over as it is.</remarks>
[Immutable, Alias("ct.ShardBatch")]
public sealed record ShardBatch
{
    /// <summary>The records; those of one customer are contiguous, and of one customer and file in the order of its rows.</summary>
    public required ReadOnlyMemory<Record> Records { get; init; }

    /// <inheritdoc cref="CustomerBatch.OpenFloor"/>
    public required long OpenFloor { get; init; }

    /// <inheritdoc cref="CustomerBatch.Redelivered"/>
    public required bool Redelivered { get; init; }

    /// <summary>The process that read the records, as it is named in the claims of their files; empty where there is only one.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Set by the caller, and lost when the message leaves the silo: where it is true the shard is on the caller's silo.</summary>
    public bool IsBeside { get; init; }
}
