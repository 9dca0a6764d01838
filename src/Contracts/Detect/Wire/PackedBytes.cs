using System.Text;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>Writes records or deltas one behind the other: small numbers as differences, and nothing twice that the one before said already.</summary>
internal ref struct PackedBytes
{
    // One a thread, and used from the start to ToArray of one message only.
    [ThreadStatic]
    private static byte[]? _scratch;

    private byte[] _buffer;
    private int _used;

    public PackedBytes()
    {
        _buffer = _scratch ??= new byte[64 * 1024];
        _scratch = null;
    }

    public void Flags(byte flags) => Room(1)[_used++] = flags;

    public void Unsigned(ulong value) => _used += Varint.WriteUnsigned(Room(Varint.MaxLength64)[_used..], value);

    /// <summary>A number as its difference to another, which it may be far from: differences wrap around.</summary>
    public void Difference(long value, long from) => _used += Varint.WriteSigned(Room(Varint.MaxLength64)[_used..], unchecked(value - from));

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Unsigned((ulong)length);
        _used += Encoding.UTF8.GetBytes(value, Room(length)[_used..]);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Unsigned((ulong)value.Length);
        value.CopyTo(Room(value.Length)[_used..]);
        _used += value.Length;
    }

    /// <summary>What was written, and the end of it.</summary>
    public readonly byte[] ToArray()
    {
        const int MostKept = 1024 * 1024;
        var bytes = _buffer.AsSpan(0, _used).ToArray();
        _scratch = _buffer.Length <= MostKept ? _buffer : null;
        return bytes;
    }

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _used < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + bytes));
        }

        return _buffer;
    }
}
