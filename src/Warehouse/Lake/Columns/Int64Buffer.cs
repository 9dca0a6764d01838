using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;
using ParquetSharp;
using ParquetSharp.Schema;

namespace CustomerTrack.Lake.Columns;

/// <summary>A column of 64-bit values: int64, timestamp, or decimal of up to 18 digits.</summary>
internal sealed class Int64Buffer(string name, bool nullable, ColumnType type) : ColumnBuffer(name, nullable)
{
    private long[] _values = [];
    private int _count;

    public override void Begin(int rows)
    {
        base.Begin(rows);
        _count = 0;
        if (_values.Length < rows)
        {
            _values = new long[rows];
        }
    }

    public void Append(long value)
    {
        _values[_count++] = value;
        Appended();
    }

    public override void Append(ref ContentReader reader) =>
        Append(type.Kind == ColumnKind.Decimal ? checked((long)reader.Decimal) : reader.Int64);

    public override void AppendCanonical(ReadOnlySpan<char> text)
    {
        if (type.Kind == ColumnKind.Int64 && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            Append(value);
        }
        else if (type.Kind == ColumnKind.Timestamp && SequenceText.TryParseTimestamp(text, out value))
        {
            Append(value);
        }
        else if (type.Kind == ColumnKind.Decimal && DecimalText.TryParse(text, type, out var unscaled))
        {
            Append(checked((long)unscaled));
        }
        else
        {
            throw NotCanonical();
        }
    }

    public override Node CreateNode()
    {
        using var logical = type.Kind switch
        {
            ColumnKind.Timestamp => LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Micros),
            ColumnKind.Decimal => LogicalType.Decimal(type.Precision, type.Scale),
            _ => LogicalType.Int(64, isSigned: true),
        };
        return new PrimitiveNode(Name, Repetition, logical, PhysicalType.Int64);
    }

    public override void Write(RowGroupWriter rows) => Write(rows, new ReadOnlySpan<long>(_values, 0, _count));
}
