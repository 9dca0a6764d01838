using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Merge;

namespace CustomerTrack.Load;

/// <summary>DuckDB's types for a dimension's columns, and how they are read from a lake object.</summary>
internal static class DuckDbColumns
{
    private static readonly ColumnType Int64 = new(ColumnKind.Int64);
    private static readonly ColumnType Text = new(ColumnKind.Text);
    private static readonly ColumnType Boolean = new(ColumnKind.Boolean);
    private static readonly ColumnType Timestamp = new(ColumnKind.Timestamp);

    /// <summary>The columns of the physical history: name, type, whether it may be null; in order.</summary>
    public static IEnumerable<(string Name, ColumnType Type, bool Nullable)> History(DimensionDefinition dimension) =>
    [
        .. dimension.Key.Select(column => (column.Name, column.Type, false)),
        (LakeFormat.ValidFrom, dimension.Sequence.Type, false),
        (LakeFormat.ValidTo, dimension.Sequence.Type, true),
        .. dimension.Columns.Select(column => (column.Name, column.Type, true)),
        (LakeFormat.IsDeleted, Boolean, false),
        (LakeFormat.IsRetracted, Boolean, false),
        (LakeFormat.Revision, Int64, false),
        (LakeFormat.RecordedAt, Timestamp, false),
        (LakeFormat.SourceFile, Text, true),
        (LakeFormat.SourceRow, Int64, false),
    ];

    /// <summary>The columns of the physical current state.</summary>
    public static IEnumerable<(string Name, ColumnType Type, bool Nullable)> Current(DimensionDefinition dimension) =>
    [
        .. dimension.Key.Select(column => (column.Name, column.Type, false)),
        (LakeFormat.ValidFrom, dimension.Sequence.Type, false),
        .. dimension.Columns.Select(column => (column.Name, column.Type, true)),
        (LakeFormat.IsDeleted, Boolean, false),
        (LakeFormat.Revision, Int64, false),
    ];

    public static string TypeName(ColumnType type) => type.Kind switch
    {
        ColumnKind.Text => "VARCHAR",
        ColumnKind.Int64 => "BIGINT",
        ColumnKind.Decimal => $"DECIMAL({type.Precision},{type.Scale})",
        ColumnKind.Double => "DOUBLE",
        ColumnKind.Boolean => "BOOLEAN",
        ColumnKind.Date => "DATE",
        ColumnKind.Timestamp => "TIMESTAMP",
        ColumnKind.Json => "JSON",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "An unknown column type."),
    };

    public static string Definition(IEnumerable<(string Name, ColumnType Type, bool Nullable)> columns) =>
        DimensionSql.List(columns.Select(column => $"{SqlName.Quote(column.Name)} {TypeName(column.Type)}{(column.Nullable ? "" : " NOT NULL")}"));

    /// <summary>The type a column has in a lake object: timestamps there are marked as UTC.</summary>
    public static string LakeNull(string name, ColumnType type) =>
        $"NULL::{(type.Kind == ColumnKind.Timestamp ? "TIMESTAMPTZ" : TypeName(type))} AS {SqlName.Quote(name)}";

    /// <summary>A column of a lake object as the tables hold it.</summary>
    public static string LakeValue(string name, ColumnType type) =>
        type.Kind == ColumnKind.Timestamp ? $"make_timestamp(epoch_us({SqlName.Quote(name)}))" : SqlName.Quote(name);
}
