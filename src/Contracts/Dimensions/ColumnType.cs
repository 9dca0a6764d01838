using System.Globalization;

namespace CustomerTrack.Dimensions;

/// <summary>A column's type; <paramref name="Precision"/> and <paramref name="Scale"/> are set for decimals only.</summary>
public readonly record struct ColumnType(ColumnKind Kind, int Precision = 0, int Scale = 0)
{
    /// <summary>What a definition may say, for messages.</summary>
    public const string Allowed = "text, int64, decimal(p,s) with 1 <= p <= 38 and 0 <= s <= p, double, boolean, date, timestamp, json";

    /// <summary>Reads a type as a definition spells it, <c>decimal(12,2)</c> for example.</summary>
    public static bool TryParse(string text, out ColumnType type)
    {
        type = default;
        if (text.StartsWith("decimal(", StringComparison.Ordinal) && text.EndsWith(')'))
        {
            var parts = text[8..^1].Split(',', StringSplitOptions.TrimEntries);
            if (parts.Length == 2
                && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var precision)
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var scale)
                && precision is >= 1 and <= 38 && scale <= precision)
            {
                type = new(ColumnKind.Decimal, precision, scale);
                return true;
            }

            return false;
        }

        ColumnKind? kind = text switch
        {
            "text" => ColumnKind.Text,
            "int64" => ColumnKind.Int64,
            "double" => ColumnKind.Double,
            "boolean" => ColumnKind.Boolean,
            "date" => ColumnKind.Date,
            "timestamp" => ColumnKind.Timestamp,
            "json" => ColumnKind.Json,
            _ => null,
        };
        type = new(kind ?? default);
        return kind is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Kind == ColumnKind.Decimal
        ? string.Create(CultureInfo.InvariantCulture, $"decimal({Precision},{Scale})")
        : Kind.ToString().ToLowerInvariant();
}
