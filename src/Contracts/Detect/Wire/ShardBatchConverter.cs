namespace CustomerTrack.Detect;

[RegisterConverter]
internal sealed class ShardBatchConverter : IConverter<ShardBatch, ShardBatchWire>
{
    public ShardBatch ConvertFromSurrogate(in ShardBatchWire surrogate) => new()
    {
        Records = surrogate.Packed is { } packed ? RecordPacking.Unpack(packed) : surrogate.Records,
        OpenFloor = surrogate.OpenFloor,
        Redelivered = surrogate.Redelivered,
        Owner = surrogate.Owner ?? "",
    };

    public ShardBatchWire ConvertToSurrogate(in ShardBatch value) => new()
    {
        OpenFloor = value.OpenFloor,
        Redelivered = value.Redelivered,
        Owner = value.Owner,
        Packed = RecordPacking.Pack(value.Records.Span),
    };
}
