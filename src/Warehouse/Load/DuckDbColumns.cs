using CustomerTrack.Dimensions;
using CustomerTrack.Merge;

namespace CustomerTrack.Load;

/// <summary>DuckDB's types for a dimension's columns, and how they are read from a lake object.</summary>
internal static class DuckDbColumns
{
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
