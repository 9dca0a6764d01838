using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>
/// What deltas did to their rows, beside the deltas themselves: a silo of an older version reads those as ever and passes over this.
/// </summary>
internal static class RowChangePacking
{
    private const byte HasBefore = 1 << 7;

    public static byte[] Pack(IReadOnlyList<Delta> deltas)
    {
        var bytes = new PackedBytes();
        for (var i = 0; i < deltas.Count; i++)
        {
            var delta = deltas[i];
            bytes.Flags((byte)((byte)delta.Change | (delta.Before.IsEmpty ? 0 : HasBefore)));
            if (!delta.Before.IsEmpty)
            {
                bytes.Bytes(delta.Before.Span);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Adds to each delta what it did; without <paramref name="packed"/> nothing is known and they stay as they are.</summary>
    /// <exception cref="InvalidDataException">The bytes are cut off, or more than the deltas.</exception>
    public static Delta[] Mark(Delta[] deltas, byte[]? packed)
    {
        if (packed is null)
        {
            return deltas;
        }

        var bytes = new PackedReader(packed);
        for (var i = 0; i < deltas.Length; i++)
        {
            var flags = bytes.Flags();
            if (flags != 0)
            {
                deltas[i] = deltas[i] with { Change = (RowChange)(flags & ~HasBefore), Before = (flags & HasBefore) != 0 ? bytes.Bytes() : ReadOnlyMemory<byte>.Empty };
            }
        }

        return bytes.IsAtEnd ? deltas : throw new InvalidDataException("A message of another silo has changes of more deltas than it has.");
    }
}
