using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>From DuckDB's types and values to what Snowflake sends.</summary>
internal static class WireType
{
    public static ResultColumn Column(string name, string duck) => duck switch
    {
        "BOOLEAN" => new ResultColumn(name, "boolean"),
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "UHUGEINT" => ResultColumn.Number(name),
        "FLOAT" or "DOUBLE" => new ResultColumn(name, "real"),
        "DATE" => new ResultColumn(name, "date"),
        "TIME" => new ResultColumn(name, "time", Scale: 6),
        "TIMESTAMP_S" => new ResultColumn(name, "timestamp_ntz", Scale: 0),
        "TIMESTAMP_MS" => new ResultColumn(name, "timestamp_ntz", Scale: 3),
        "TIMESTAMP" or "TIMESTAMP_NS" => new ResultColumn(name, "timestamp_ntz", Scale: 6),
        "TIMESTAMP WITH TIME ZONE" => new ResultColumn(name, "timestamp_ltz", Scale: 6),
        "BLOB" => new ResultColumn(name, "binary", Length: 8388608),
        "JSON" => new ResultColumn(name, "variant"),
        "VARCHAR" or "\"NULL\"" or "UUID" => ResultColumn.Text(name),
        _ when duck.StartsWith("DECIMAL(", StringComparison.Ordinal) => Decimal(name, duck),
        _ => throw SqlException.NotEmulated($"a result of DuckDB's type {duck} (column {name})"),
    };

    public static string Expression(string value, string duck) => duck switch
    {
        "BOOLEAN" => $"CASE WHEN {value} THEN '1' WHEN NOT {value} THEN '0' END",
        "DATE" => $"CAST(date_diff('day', DATE '1970-01-01', {value}) AS VARCHAR)",
        "TIME" => $"CAST(epoch_us({value}) AS VARCHAR)",
        "TIMESTAMP_S" or "TIMESTAMP_MS" or "TIMESTAMP" or "TIMESTAMP_NS" => $"CAST(epoch_us(CAST({value} AS TIMESTAMP)) AS VARCHAR)",
        "TIMESTAMP WITH TIME ZONE" => $"CAST(epoch_us({value}) AS VARCHAR)",
        "BLOB" => $"hex({value})",
        _ => $"CAST({value} AS VARCHAR)",
    };

    /// <summary>Microseconds as seconds with <paramref name="scale"/> decimals.</summary>
    public static string? Seconds(string? micros, int scale)
    {
        if (micros is null)
            return null;
        var value = long.Parse(micros, CultureInfo.InvariantCulture);
        var whole = Math.Abs(value / 1_000_000);
        var fraction = Math.Abs(value % 1_000_000).ToString("000000", CultureInfo.InvariantCulture).PadRight(9, '0');
        return $"{(value < 0 ? "-" : "")}{whole}{(scale > 0 ? "." + fraction[..scale] : "")}";
    }

    private static ResultColumn Decimal(string name, string duck)
    {
        var parts = duck["DECIMAL(".Length..^1].Split(',');
        return new ResultColumn(name, "fixed", int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
