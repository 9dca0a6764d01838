using System.Buffers.Binary;
using System.Text;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Records;

/// <summary>
/// Encodes a record's columns so that equal values give equal bytes. Layout: length of the tracked section, length of the
/// latest section (both varints), then the tracked, latest and overwrite sections. In a section each column is a varint
/// (0 null, 1 absent, n + 2 for n bytes) and its bytes. Not thread-safe; reused from record to record.
/// </summary>
public sealed class ContentWriter(DimensionDefinition dimension)
{
    private const int Null = -1;
    private const int Absent = -2;

    private readonly int[] _offset = new int[dimension.Columns.Count];
    private readonly int[] _length = new int[dimension.Columns.Count];
    private byte[] _values = new byte[1024];
    private byte[] _content = new byte[1024];
    private int _used;

    /// <summary>Starts a record: every column is absent.</summary>
    public void Begin()
    {
        _used = 0;
        Array.Fill(_length, Absent);
    }

    /// <summary>Sets a column of <see cref="DimensionDefinition.Columns"/> to null.</summary>
    public void SetNull(int column) => _length[column] = Null;

    /// <summary>Sets a text, or a json column to its canonical text.</summary>
    public void SetText(int column, ReadOnlySpan<char> value)
    {
        var target = Room(Encoding.UTF8.GetMaxByteCount(value.Length));
        Took(column, Encoding.UTF8.GetBytes(value, target));
    }

    /// <summary>Sets a text, or a json column to its canonical text, from UTF-8.</summary>
    public void SetUtf8(int column, ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        Took(column, value.Length);
    }

    public void SetInt64(int column, long value) => Took(column, Varint.WriteSigned(Room(Varint.MaxLength64), value));

    /// <summary>Sets a decimal, given as value x 10^scale of the column.</summary>
    public void SetDecimal(int column, Int128 unscaled) => Took(column, Varint.WriteSigned128(Room(Varint.MaxLength128), unscaled));

    /// <summary>Sets a double; negative zero and the many NaNs become one value each.</summary>
    public void SetDouble(int column, double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value == 0 ? 0d : double.IsNaN(value) ? double.NaN : value);
        Took(column, 8);
    }

    public void SetBoolean(int column, bool value)
    {
        Room(1)[0] = value ? (byte)1 : (byte)0;
        Took(column, 1);
    }

    /// <summary>Sets a date.</summary>
    public void SetDate(int column, DateOnly value) => SetInt64(column, value.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);

    /// <summary>Sets a timestamp, in microseconds since 1970-01-01 UTC.</summary>
    public void SetTimestamp(int column, long microseconds) => SetInt64(column, microseconds);

    /// <summary>Sets a column to bytes that are canonical already, taken from another content.</summary>
    public void SetEncoded(int column, ReadOnlySpan<byte> value) => SetUtf8(column, value);

    /// <summary>
    /// The encoded record, valid until the next <see cref="Begin"/>. Unless the dimension keeps missing columns an absent
    /// column is null, and where it keeps nulls a null is absent.
    /// </summary>
    /// <param name="literal">Keep absent and null as they were set, whatever the dimension says.</param>
    public ReadOnlySpan<byte> Finish(bool literal = false)
    {
        var needed = (2 * Varint.MaxLength64) + _used + (_length.Length * Varint.MaxLength64);
        if (_content.Length < needed)
        {
            _content = new byte[needed * 2];
        }

        // The section lengths come first but are known last: leave room for the longest and close the gap in front.
        const int Gap = 2 * Varint.MaxLength64;
        var end = Gap;
        var trackedEnd = Gap;
        var latestEnd = Gap;
        for (var slot = 0; slot < _length.Length; slot++)
        {
            end = WriteValue(dimension.SlotOrder[slot], end, literal);
            if (slot < dimension.TrackedCount)
            {
                trackedEnd = end;
            }

            if (slot < dimension.TrackedCount + dimension.LatestCount)
            {
                latestEnd = end;
            }
        }

        Span<byte> lengths = stackalloc byte[Gap];
        var head = Varint.WriteUnsigned(lengths, (ulong)(trackedEnd - Gap));
        head += Varint.WriteUnsigned(lengths[head..], (ulong)(latestEnd - trackedEnd));
        lengths[..head].CopyTo(_content.AsSpan(Gap - head));
        return _content.AsSpan(Gap - head, end - Gap + head);
    }

    private int WriteValue(int column, int at, bool literal)
    {
        var length = _length[column];
        if (!literal)
        {
            length = length == Absent && !dimension.KeepMissing ? Null
                : length == Null && dimension.KeepNull ? Absent
                : length;
        }

        if (length < 0)
        {
            _content[at] = length == Null ? (byte)0 : (byte)1;
            return at + 1;
        }

        at += Varint.WriteUnsigned(_content.AsSpan(at), (ulong)length + 2);
        _values.AsSpan(_offset[column], length).CopyTo(_content.AsSpan(at));
        return at + length;
    }

    private Span<byte> Room(int bytes)
    {
        if (_values.Length - _used < bytes)
        {
            Array.Resize(ref _values, Math.Max(_values.Length * 2, _used + bytes));
        }

        return _values.AsSpan(_used);
    }

    private void Took(int column, int bytes)
    {
        _offset[column] = _used;
        _length[column] = bytes;
        _used += bytes;
    }
}
