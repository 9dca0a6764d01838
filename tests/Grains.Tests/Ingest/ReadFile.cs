using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using CustomerTrack.Records;

namespace CustomerTrack.Tests.Ingest;

/// <summary>What a reader made of a file, in a form tests can compare.</summary>
public sealed record ReadFile(DimensionDefinition Dimension, List<Record> Records, List<RejectedRecord> Rejected, IReadOnlyDictionary<string, long> Unknown)
{
    /// <summary><c>key: column=value, …</c>, in the definition's order; null is ∅, absent is left out.</summary>
    public IEnumerable<string> Rows => Records.Select(record => record.Kind == RecordKind.Delete ? $"{record.Key}: deleted" : $"{record.Key}: {string.Join(", ", Columns(record))}");

    public IEnumerable<string> Reasons => Rejected.Select(rejected => rejected.Reason);

    private IEnumerable<string> Columns(Record record)
    {
        var reader = new ContentReader(new ContentView(record.Content.Span).All);
        var values = new string?[Dimension.Columns.Count];
        foreach (var column in Dimension.SlotOrder)
        {
            reader.Read();
            values[column] = reader.IsAbsent ? null : reader.IsNull ? "∅" : Text(reader, Dimension.Columns[column].Type);
        }

        return values.Select((value, column) => value is null ? null : $"{Dimension.Columns[column].Name}={value}").OfType<string>();
    }

    private static string Text(ContentReader reader, ColumnType type) => type.Kind switch
    {
        ColumnKind.Text or ColumnKind.Json => reader.Text,
        ColumnKind.Decimal => DecimalText.Format(reader.Decimal, type.Scale),
        ColumnKind.Double => reader.Double.ToString("R", CultureInfo.InvariantCulture),
        ColumnKind.Boolean => reader.Boolean ? "true" : "false",
        ColumnKind.Timestamp => SequenceText.Format(reader.Int64, type),
        ColumnKind.Date => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)reader.Int64).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => reader.Int64.ToString(CultureInfo.InvariantCulture),
    };
}
