using CustomerTrack.Dimensions;

namespace CustomerTrack.Generator;

/// <summary>Definitions to generate for.</summary>
internal static class Dimensions
{
    public static readonly string[] AllColumns = ["first_name", "last_name", "email", "street", "city", "state", "country"];

    public static DimensionDefinition Customer(
        bool ordinal = false,
        bool keepMissing = false,
        ColumnKind key = ColumnKind.Text,
        IReadOnlyList<Column>? columns = null) => new()
        {
            Name = "customer",
            Key = [new("customer_id", new(key))],
            Sequence = new() { Source = SequenceSource.Column, Type = new(ColumnKind.Timestamp), Column = "updated_at" },
            OrdinalColumn = ordinal ? "version" : null,
            Operation = new() { Column = "op", Delete = ["d", "D"], Truncate = ["t"], Erase = ["e"] },
            KeepMissing = keepMissing,
            Columns = columns ?? [.. AllColumns.Select(Text)],
        };

    public static Column Text(string name) => new(name, new(ColumnKind.Text));
}
