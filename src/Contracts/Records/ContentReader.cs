using System.Buffers.Binary;
using System.Text;

namespace CustomerTrack.Records;

/// <summary>
/// Walks the columns of an encoded content (or of one section) in slot order
/// (<see cref="Dimensions.DimensionDefinition.SlotOrder"/>).
/// </summary>
public ref struct ContentReader(ReadOnlySpan<byte> sections)
{
    private readonly ReadOnlySpan<byte> _bytes = sections;
    private int _position;

    /// <summary>The bytes of the value last read.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The value last read is null or absent.</summary>
    public bool IsNull { get; private set; }

    /// <summary>The record last read does not state this column.</summary>
    public bool IsAbsent { get; private set; }

    /// <summary>Moves to the next column; false at the end.</summary>
    public bool Read()
    {
        if (_position >= _bytes.Length)
        {
            return false;
        }

        var code = Varint.ReadUnsigned(_bytes, ref _position);
        IsAbsent = code == 1;
        IsNull = code < 2;
        var length = IsNull ? 0 : (int)(code - 2);
        Value = _bytes.Slice(_position, length);
        _position += length;
        return true;
    }

    public readonly string Text => Encoding.UTF8.GetString(Value);

    /// <summary>An int64, a date (days since 1970-01-01) or a timestamp (microseconds since 1970-01-01 UTC).</summary>
    public readonly long Int64
    {
        get
        {
            var position = 0;
            return Varint.ReadSigned(Value, ref position);
        }
    }

    /// <summary>A decimal x 10^scale of its column.</summary>
    public readonly Int128 Decimal
    {
        get
        {
            var position = 0;
            return Varint.ReadSigned128(Value, ref position);
        }
    }

    public readonly double Double => BinaryPrimitives.ReadDoubleLittleEndian(Value);

    public readonly bool Boolean => Value[0] != 0;
}
