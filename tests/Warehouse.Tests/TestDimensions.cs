using CustomerTrack.Dimensions;

namespace CustomerTrack.Warehouse.Tests;

internal static class TestDimensions
{
    public static readonly ColumnType Text = new(ColumnKind.Text);
    public static readonly ColumnType Int64 = new(ColumnKind.Int64);
    public static readonly ColumnType Timestamp = new(ColumnKind.Timestamp);

    /// <summary>Small: two tracked columns (one with a reserved word for a name) and one that shows the latest value.</summary>
    public static DimensionDefinition Customer(params Column[] more) => new()
    {
        Name = "customer",
        Key = [new("customer_id", Text)],
        Sequence = new() { Source = SequenceSource.Column, Type = Int64, Column = "seq" },
        Columns = [new("name", Text), new("points", Int64, HistoryMode.Latest), new("order", Int64), .. more],
    };

    /// <summary>Every type, as key and as data; decimals of both widths.</summary>
    public static DimensionDefinition Everything { get; } = new()
    {
        Name = "everything",
        Key =
        [
            new("k_text", Text), new("k_int64", Int64), new("k_decimal", new(ColumnKind.Decimal, 9, 2)), new("k_wide", new(ColumnKind.Decimal, 30, 4)),
            new("k_boolean", new(ColumnKind.Boolean)), new("k_date", new(ColumnKind.Date)), new("k_timestamp", Timestamp),
        ],
        Sequence = new() { Source = SequenceSource.Column, Type = Timestamp, Column = "at" },
        Columns =
        [
            new("d_text", Text, HistoryMode.Overwrite), new("d_int64", Int64), new("d_decimal", new(ColumnKind.Decimal, 12, 2), HistoryMode.Latest),
            new("d_wide", new(ColumnKind.Decimal, 38, 10)), new("d_double", new(ColumnKind.Double)), new("d_boolean", new(ColumnKind.Boolean)),
            new("d_date", new(ColumnKind.Date)), new("d_timestamp", Timestamp), new("d_json", new(ColumnKind.Json)), new("Select \"x\"", Text),
        ],
    };
}
