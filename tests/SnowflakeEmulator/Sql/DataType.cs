using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A type of a column or a cast.</summary>
/// <param name="Kind">FIXED, REAL, TEXT, BOOLEAN, DATE, TIME, TIMESTAMP_NTZ, TIMESTAMP_LTZ, BINARY, VARIANT.</param>
/// <param name="Size">Precision or length; null where the type has none.</param>
internal sealed record DataType(string Kind, int? Size, int? Scale)
{
    /// <summary>The type as DuckDB stores it.</summary>
    public string Duck => Kind switch
    {
        "FIXED" => Size <= 38 ? $"DECIMAL({Size},{Scale})" : throw SqlException.InvalidValue($"{Size}", "precision"),
        "REAL" => "DOUBLE",
        "TEXT" => "VARCHAR",
        "BOOLEAN" => "BOOLEAN",
        "DATE" => "DATE",
        "TIME" => "TIME",
        "TIMESTAMP_NTZ" => Scale switch { 0 => "TIMESTAMP_S", 3 => "TIMESTAMP_MS", _ => "TIMESTAMP" },
        "TIMESTAMP_LTZ" => "TIMESTAMPTZ",
        "BINARY" => "BLOB",
        "VARIANT" => "JSON",
        _ => throw new InvalidOperationException(Kind),
    };

    /// <summary>The type as Snowflake shows it.</summary>
    public override string ToString() => Kind switch
    {
        "FIXED" => $"NUMBER({Size},{Scale})",
        "REAL" => "FLOAT",
        "TEXT" => $"VARCHAR({Size})",
        "BINARY" => $"BINARY({Size})",
        "TIME" or "TIMESTAMP_NTZ" or "TIMESTAMP_LTZ" => $"{Kind}({Scale})",
        _ => Kind,
    };

    public static DataType Read(TokenReader reader)
    {
        var start = reader.Current;
        var word = reader.Word();
        switch (word)
        {
            case "NUMBER" or "DECIMAL" or "NUMERIC" or "DEC":
                var (precision, scale) = Arguments(reader);
                return precision is > 38 or < 1 ? throw SqlException.InvalidValue($"{precision}", "precision") : new DataType("FIXED", precision ?? 38, scale ?? 0);
            case "INT" or "INTEGER" or "BIGINT" or "SMALLINT" or "TINYINT" or "BYTEINT":
                return new DataType("FIXED", 38, 0);
            case "DOUBLE":
                reader.TryTake("PRECISION");
                return new DataType("REAL", null, null);
            case "FLOAT" or "FLOAT4" or "FLOAT8" or "REAL":
                return new DataType("REAL", null, null);
            case "VARCHAR" or "STRING" or "TEXT" or "CHARACTER" or "CHAR" or "NVARCHAR":
                var (length, _) = Arguments(reader);
                return new DataType("TEXT", length ?? (word is "CHAR" or "CHARACTER" ? 1 : 16777216), null);
            case "BINARY" or "VARBINARY":
                return new DataType("BINARY", Arguments(reader).First ?? 8388608, null);
            case "BOOLEAN":
                return new DataType("BOOLEAN", null, null);
            case "DATE":
                return new DataType("DATE", null, null);
            case "TIME":
                return new DataType("TIME", null, Digits(reader));
            case "TIMESTAMP" or "DATETIME" or "TIMESTAMP_NTZ" or "TIMESTAMPNTZ":
                return new DataType("TIMESTAMP_NTZ", null, Digits(reader));
            case "TIMESTAMP_LTZ" or "TIMESTAMPLTZ":
                return new DataType("TIMESTAMP_LTZ", null, Digits(reader));
            case "VARIANT":
                return new DataType("VARIANT", null, null);
            case "TIMESTAMP_TZ" or "TIMESTAMPTZ" or "OBJECT" or "ARRAY" or "GEOGRAPHY" or "GEOMETRY" or "VECTOR" or "MAP":
                throw SqlException.NotEmulated($"the type {word}");
            default:
                throw new SqlException("002040", "42601", $"SQL compilation error:\nUnsupported data type '{start.Describe()}'.");
        }
    }

    private static int Digits(TokenReader reader)
    {
        var (digits, _) = Arguments(reader);
        return digits is > 9 or < 0 ? throw SqlException.InvalidValue(digits.Value.ToString(CultureInfo.InvariantCulture), "precision") : digits ?? 9;
    }

    private static (int? First, int? Second) Arguments(TokenReader reader)
    {
        if (!reader.TrySymbol("("))
            return (null, null);
        int? first = (int)reader.Integer(), second = reader.TrySymbol(",") ? (int)reader.Integer() : null;
        reader.ExpectSymbol(")");
        return (first, second);
    }
}
