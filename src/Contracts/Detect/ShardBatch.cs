using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>The records of one shard in one batch, those of one customer next to each other.</summary>
[GenerateSerializer, Immutable, Alias("ct.ShardBatch")]
public sealed record ShardBatch
{
    /// <summary>The records; those of one customer are contiguous, and of one customer and file in the order of its rows.</summary>
    [Id(0)]
    public required ReadOnlyMemory<Record> Records { get; init; }

    /// <inheritdoc cref="CustomerBatch.OpenFloor"/>
    [Id(1)]
    public required long OpenFloor { get; init; }

    /// <inheritdoc cref="CustomerBatch.Redelivered"/>
    [Id(2)]
    public required bool Redelivered { get; init; }

    /// <summary>The process that read the records, as it is named in the claims of their files; empty where there is only one.</summary>
    [Id(3)]
    public string Owner { get; init; } = "";
}
