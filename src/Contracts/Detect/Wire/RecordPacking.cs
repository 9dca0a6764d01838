using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>The records of a batch as one run of bytes.</summary>
internal static class RecordPacking
{
    private const byte SameKey = 1;
    private const byte SameFile = 2;
    private const byte HasOrdinal = 4;
    private const int KindShift = 4;

    public static byte[] Pack(ReadOnlySpan<Record> records)
    {
        var bytes = new PackedBytes();
        bytes.Unsigned((ulong)records.Length);
        Record before = default;
        foreach (ref readonly var record in records)
        {
            var isSameKey = record.Key == before.Key;
            bytes.Flags((byte)((isSameKey ? SameKey : 0) | (record.File == before.File ? SameFile : 0)
                | (record.Ordinal != Record.NoOrdinal ? HasOrdinal : 0) | ((byte)record.Kind << KindShift)));
            if (!isSameKey)
            {
                bytes.Text(record.Key);
            }

            bytes.Difference(record.Sequence, before.Sequence);
            if (record.Ordinal != Record.NoOrdinal)
            {
                bytes.Difference(record.Ordinal, 0);
            }

            if (record.File != before.File)
            {
                bytes.Difference(record.File, before.File);
            }

            bytes.Difference(record.Row, before.Row);
            bytes.Bytes(record.Content.Span);
            before = record;
        }

        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are cut off, or more than they say.</exception>
    public static Record[] Unpack(byte[] packed)
    {
        var bytes = new PackedReader(packed);
        var count = bytes.Unsigned();
        var records = count <= (ulong)packed.Length ? new Record[count] : throw new InvalidDataException("A message of another silo says that it has more records than bytes.");
        Record before = default;
        for (var i = 0; i < records.Length; i++)
        {
            var flags = bytes.Flags();
            records[i] = before = new Record
            {
                Key = (flags & SameKey) != 0 ? before.Key : bytes.Text(),
                Sequence = bytes.Difference(before.Sequence),
                Ordinal = (flags & HasOrdinal) != 0 ? bytes.Difference(0) : Record.NoOrdinal,
                Kind = (RecordKind)(flags >> KindShift),
                File = (flags & SameFile) != 0 ? before.File : bytes.Difference(before.File),
                Row = bytes.Difference(before.Row),
                Content = bytes.Bytes(),
            };
        }

        return bytes.IsAtEnd ? records : throw new InvalidDataException("A message of another silo has bytes behind its last record.");
    }
}
