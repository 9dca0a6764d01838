using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>The deltas of a batch as one run of bytes.</summary>
internal static class DeltaPacking
{
    private const byte SameKey = 1;
    private const byte SameFile = 2;
    private const byte SameTime = 4;
    private const byte HasEnd = 8;
    private const int StateShift = 4;

    private static readonly Delta Nothing = new() { Key = "", ValidFrom = 0, Revision = 0, RecordedAt = 0, File = 0, Row = 0 };

    public static byte[] Pack(IReadOnlyList<Delta> deltas)
    {
        var bytes = new PackedBytes();
        bytes.Unsigned((ulong)deltas.Count);
        var before = Nothing;
        for (var i = 0; i < deltas.Count; i++)
        {
            var delta = deltas[i];
            var isSameKey = delta.Key == before.Key;
            bytes.Flags((byte)((isSameKey ? SameKey : 0) | (delta.File == before.File ? SameFile : 0) | (delta.RecordedAt == before.RecordedAt ? SameTime : 0)
                | (delta.ValidTo is null ? 0 : HasEnd) | ((byte)delta.State << StateShift)));
            if (!isSameKey)
            {
                bytes.Text(delta.Key);
            }

            bytes.Difference(delta.ValidFrom, before.ValidFrom);
            if (delta.ValidTo is { } end)
            {
                bytes.Difference(end, delta.ValidFrom);
            }

            bytes.Difference(delta.Revision, isSameKey ? before.Revision : 0);
            if (delta.RecordedAt != before.RecordedAt)
            {
                bytes.Difference(delta.RecordedAt, before.RecordedAt);
            }

            if (delta.File != before.File)
            {
                bytes.Difference(delta.File, before.File);
            }

            bytes.Difference(delta.Row, before.Row);
            bytes.Bytes(delta.Content.Span);
            before = delta;
        }

        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are cut off, or more than they say.</exception>
    public static Delta[] Unpack(byte[] packed)
    {
        var bytes = new PackedReader(packed);
        var count = bytes.Unsigned();
        var deltas = count <= (ulong)packed.Length ? new Delta[count] : throw new InvalidDataException("A message of another silo says that it has more deltas than bytes.");
        var before = Nothing;
        for (var i = 0; i < deltas.Length; i++)
        {
            var flags = bytes.Flags();
            var isSameKey = (flags & SameKey) != 0;
            var key = isSameKey ? before.Key : bytes.Text();
            var from = bytes.Difference(before.ValidFrom);
            deltas[i] = before = new Delta
            {
                Key = key,
                ValidFrom = from,
                ValidTo = (flags & HasEnd) != 0 ? bytes.Difference(from) : null,
                State = (RowState)(flags >> StateShift),
                Revision = bytes.Difference(isSameKey ? before.Revision : 0),
                RecordedAt = (flags & SameTime) != 0 ? before.RecordedAt : bytes.Difference(before.RecordedAt),
                File = (flags & SameFile) != 0 ? before.File : bytes.Difference(before.File),
                Row = bytes.Difference(before.Row),
                Content = bytes.Bytes(),
            };
        }

        return bytes.IsAtEnd ? deltas : throw new InvalidDataException("A message of another silo has bytes behind its last delta.");
    }
}
