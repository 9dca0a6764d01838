using CustomerTrack.Dimensions;
using CustomerTrack.Merge;

namespace CustomerTrack.Snowflake;

/// <summary>Snowflake's types for a dimension's columns.</summary>
internal static class SnowflakeColumns
{
    /// <summary>The type of a merged table's column.</summary>
    public static string TypeName(ColumnType type) => type.Kind switch
    {
        ColumnKind.Text or ColumnKind.Json => "VARCHAR",
        ColumnKind.Int64 => "NUMBER(19,0)",
        ColumnKind.Decimal => $"NUMBER({type.Precision},{type.Scale})",
        ColumnKind.Double => "FLOAT",
        ColumnKind.Boolean => "BOOLEAN",
        ColumnKind.Date => "DATE",
        ColumnKind.Timestamp => "TIMESTAMP_NTZ(6)",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "An unknown column type."),
    };

    /// <summary>The type Snowpipe fills: the lake's times are marked as UTC, so they are instants.</summary>
    public static string LoadedTypeName(ColumnType type) => type.Kind == ColumnKind.Timestamp ? "TIMESTAMP_LTZ(6)" : TypeName(type);

    /// <summary>The type people see.</summary>
    public static string ServedTypeName(ColumnType type) => type.Kind == ColumnKind.Json ? "VARIANT" : TypeName(type);

    /// <summary>A loaded column as the merged tables hold it.</summary>
    public static string LoadedValue(string name, ColumnType type) => type.Kind == ColumnKind.Timestamp
        ? $"CONVERT_TIMEZONE('UTC', {SqlName.Quote(name)})::TIMESTAMP_NTZ(6)"
        : SqlName.Quote(name);

    /// <summary>A merged column as people see it. A value that Snowflake's parser refuses is null: it must not fail the query of everything else.</summary>
    public static string ServedValue(string name, ColumnType type) => type.Kind == ColumnKind.Json
        ? $"TRY_PARSE_JSON({SqlName.Quote(name)})"
        : SqlName.Quote(name);

    /// <summary>A text literal. Snowflake reads backslashes in literals.</summary>
    public static string Literal(string text) => SqlName.Literal(text.Replace("\\", "\\\\", StringComparison.Ordinal));
}
