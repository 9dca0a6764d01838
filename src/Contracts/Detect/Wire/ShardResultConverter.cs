namespace CustomerTrack.Detect;

[RegisterConverter]
internal sealed class ShardResultConverter : IConverter<ShardResult, ShardResultWire>
{
    public ShardResult ConvertFromSurrogate(in ShardResultWire surrogate) => new()
    {
        Deltas = surrogate.Packed is { } packed ? RowChangePacking.Mark(DeltaPacking.Unpack(packed), surrogate.Changes) : surrogate.Deltas ?? [],
        Counts = surrogate.Counts,
        TooLate = surrogate.TooLate,
    };

    public ShardResultWire ConvertToSurrogate(in ShardResult value) => new()
    {
        Counts = value.Counts,
        TooLate = value.TooLate,
        Packed = DeltaPacking.Pack(value.Deltas),
        Changes = RowChangePacking.Pack(value.Deltas),
    };
}
