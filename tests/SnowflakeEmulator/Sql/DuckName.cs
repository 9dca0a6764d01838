using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>
/// Column names as DuckDB sees them. DuckDB compares names without regard to case even when they are quoted, Snowflake does not:
/// a name with lower-case letters therefore carries a mark that says which letters they are.
/// </summary>
internal static partial class DuckName
{
    private const char Mark = '\u00A7';

    public static string Encode(string name)
    {
        if (!name.Any(char.IsLower))
            return name;
        var bits = BigInteger.Zero;
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsLower(name[i]))
                bits |= BigInteger.One << i;
        }
        return $"{name.ToUpperInvariant()}{Mark}{bits.ToString("X", CultureInfo.InvariantCulture)}";
    }

    public static string Decode(string name)
    {
        var mark = name.LastIndexOf(Mark);
        if (mark < 0)
            return name;
        var bits = BigInteger.Parse(name.AsSpan(mark + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return string.Concat(name[..mark].Select((c, i) => (bits >> i & 1) == 1 ? char.ToLowerInvariant(c) : c));
    }

    /// <summary>The name in double quotes, ready for a statement.</summary>
    public static string Quote(string name) => $"\"{Encode(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Undoes the marks in a message of DuckDB.</summary>
    public static string DecodeMessage(string message) => Marked().Replace(message, match => Decode(match.Value));

    [GeneratedRegex("[A-Za-z0-9_$ ]+\u00A7[0-9A-F]+")]
    private static partial Regex Marked();
}
