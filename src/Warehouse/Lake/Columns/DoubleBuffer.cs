using System.Globalization;
using CustomerTrack.Records;
using ParquetSharp;
using ParquetSharp.Schema;

namespace CustomerTrack.Lake.Columns;

/// <summary>A double column.</summary>
internal sealed class DoubleBuffer(string name, bool nullable) : ColumnBuffer(name, nullable)
{
    private double[] _values = [];
    private int _count;

    public override void Begin(int rows)
    {
        base.Begin(rows);
        _count = 0;
        if (_values.Length < rows)
        {
            _values = new double[rows];
        }
    }

    public override void Append(ref ContentReader reader) => Append(reader.Double);

    public override void AppendCanonical(ReadOnlySpan<char> text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            throw NotCanonical();
        }

        Append(value);
    }

    public override Node CreateNode()
    {
        using var type = LogicalType.None();
        return new PrimitiveNode(Name, Repetition, type, PhysicalType.Double);
    }

    public override void Write(RowGroupWriter rows) => Write(rows, new ReadOnlySpan<double>(_values, 0, _count));

    private void Append(double value)
    {
        _values[_count++] = value;
        Appended();
    }
}
