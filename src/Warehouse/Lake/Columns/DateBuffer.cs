using System.Globalization;
using CustomerTrack.Records;
using ParquetSharp;
using ParquetSharp.Schema;

namespace CustomerTrack.Lake.Columns;

/// <summary>A date column: days since 1970-01-01.</summary>
internal sealed class DateBuffer(string name, bool nullable) : ColumnBuffer(name, nullable)
{
    private static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
    private int[] _values = [];
    private int _count;

    public override void Begin(int rows)
    {
        base.Begin(rows);
        _count = 0;
        if (_values.Length < rows)
        {
            _values = new int[rows];
        }
    }

    public override void Append(ref ContentReader reader) => Append(checked((int)reader.Int64));

    public override void AppendCanonical(ReadOnlySpan<char> text)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            throw NotCanonical();
        }

        Append(date.DayNumber - Epoch);
    }

    public override Node CreateNode()
    {
        using var type = LogicalType.Date();
        return new PrimitiveNode(Name, Repetition, type, PhysicalType.Int32);
    }

    public override void Write(RowGroupWriter rows) => Write(rows, new ReadOnlySpan<int>(_values, 0, _count));

    private void Append(int days)
    {
        _values[_count++] = days;
        Appended();
    }
}
