using CustomerTrack.Records;
using ParquetSharp;
using ParquetSharp.Schema;

namespace CustomerTrack.Lake.Columns;

/// <summary>A boolean column.</summary>
internal sealed class BooleanBuffer(string name, bool nullable) : ColumnBuffer(name, nullable)
{
    private bool[] _values = [];
    private int _count;

    public override void Begin(int rows)
    {
        base.Begin(rows);
        _count = 0;
        if (_values.Length < rows)
        {
            _values = new bool[rows];
        }
    }

    public void Append(bool value)
    {
        _values[_count++] = value;
        Appended();
    }

    public override void Append(ref ContentReader reader) => Append(reader.Boolean);

    public override void AppendCanonical(ReadOnlySpan<char> text)
    {
        if (!bool.TryParse(text, out var value))
        {
            throw NotCanonical();
        }

        Append(value);
    }

    public override Node CreateNode()
    {
        using var type = LogicalType.None();
        return new PrimitiveNode(Name, Repetition, type, PhysicalType.Boolean);
    }

    public override void Write(RowGroupWriter rows) => Write(rows, new ReadOnlySpan<bool>(_values, 0, _count));
}
