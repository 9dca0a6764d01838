using System.Buffers.Binary;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;
using ParquetSharp;
using ParquetSharp.Schema;

namespace CustomerTrack.Lake.Columns;

/// <summary>A decimal column of more than 18 digits: 16 bytes a value, two's complement, highest byte first.</summary>
internal sealed class WideDecimalBuffer(string name, bool nullable, ColumnType type) : ColumnBuffer(name, nullable)
{
    private const int Width = 16;
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(Width * 64, pinned: true);
    private FixedLenByteArray[] _values = [];
    private int _count;

    public override void Begin(int rows)
    {
        base.Begin(rows);
        _count = 0;
        if (_values.Length < rows)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(checked(Width * rows), pinned: true);
            _values = new FixedLenByteArray[rows];
        }
    }

    public override void Append(ref ContentReader reader) => Append(reader.Decimal);

    public override void AppendCanonical(ReadOnlySpan<char> text)
    {
        if (!DecimalText.TryParse(text, type, out var unscaled))
        {
            throw NotCanonical();
        }

        Append(unscaled);
    }

    public override Node CreateNode()
    {
        using var logical = LogicalType.Decimal(type.Precision, type.Scale);
        return new PrimitiveNode(Name, Repetition, logical, PhysicalType.FixedLenByteArray, Width);
    }

    public override unsafe void Write(RowGroupWriter rows)
    {
        fixed (byte* start = _bytes)
        {
            for (var i = 0; i < _count; i++)
            {
                _values[i] = new((IntPtr)(start + (i * Width)));
            }

            Write(rows, new ReadOnlySpan<FixedLenByteArray>(_values, 0, _count));
        }
    }

    private void Append(Int128 unscaled)
    {
        BinaryPrimitives.WriteInt128BigEndian(_bytes.AsSpan(_count++ * Width), unscaled);
        Appended();
    }
}
