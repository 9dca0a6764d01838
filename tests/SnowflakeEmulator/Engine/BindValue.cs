using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A bound value as it came over the wire.</summary>
internal sealed record BindValue(string Type, string? Value)
{
    /// <summary>The value as a DuckDB literal of the right type.</summary>
    public string Literal()
    {
        if (Value is null)
            return "NULL";
        return Type.ToUpperInvariant() switch
        {
            "FIXED" => decimal.TryParse(Value, NumberStyles.Number, CultureInfo.InvariantCulture, out _) ? Value : throw Wrong(),
            "REAL" => double.TryParse(Value, CultureInfo.InvariantCulture, out _) ? $"CAST({DuckName.Text(Value)} AS DOUBLE)" : throw Wrong(),
            "TEXT" => DuckName.Text(Value),
            "BOOLEAN" => Value.ToUpperInvariant() switch { "TRUE" or "1" => "TRUE", "FALSE" or "0" => "FALSE", _ => throw Wrong() },
            "DATE" => Value.Contains('-', StringComparison.Ordinal) && !Value.StartsWith('-')
                ? $"CAST({DuckName.Text(Value)} AS DATE)"
                : $"CAST(make_timestamp({Whole(Value)} * 1000) AS DATE)",
            "TIMESTAMP_NTZ" => Value.Contains('-', StringComparison.Ordinal) && !Value.StartsWith('-')
                ? $"CAST({DuckName.Text(Value)} AS TIMESTAMP)"
                : $"make_timestamp({Whole(Value)} // 1000)",
            "TIMESTAMP_LTZ" => $"make_timestamptz({Whole(Value)} // 1000)",
            "TIMESTAMP_TZ" => $"make_timestamptz({Whole(Value.Split(' ')[0])} // 1000)",
            _ => throw SqlException.NotEmulated($"a bind of type {Type}"),
        };
    }

    private long Whole(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong();

    private SqlException Wrong() => new("002049", "42601", $"SQL compilation error:\nInvalid value in bind variable: '{Value}' is not a {Type}.");
}
