using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>A <see cref="ShardBatch"/> as it travels.</summary>
[GenerateSerializer, Immutable, Alias("ct.ShardBatchWire")]
internal readonly record struct ShardBatchWire
{
    /// <summary>The records of a batch from before they were packed; empty since.</summary>
    [Id(0)]
    public ReadOnlyMemory<Record> Records { get; init; }

    [Id(1)]
    public long OpenFloor { get; init; }

    [Id(2)]
    public bool Redelivered { get; init; }

    [Id(3)]
    public string? Owner { get; init; }

    /// <summary>See <see cref="RecordPacking"/>.</summary>
    [Id(4)]
    public byte[]? Packed { get; init; }
}
