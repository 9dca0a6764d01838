using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CustomerTrack.Records;

namespace CustomerTrack.Dimensions;

/// <summary>
/// Reads the sequence out of a file's name: <c>customer_(yyyyMMddHHmmss)</c> or <c>customer_(number)</c>. The text around the
/// parentheses is literal, <c>*</c> stands for anything. The pattern describes the beginning of the name; what follows must
/// not be a letter or digit, so extensions do not matter.
/// </summary>
public sealed class FileNamePattern
{
    /// <summary>What a pattern looks like, for messages.</summary>
    public const string Expected = "a name with one group, (number) or a UTC time such as (yyyyMMddHHmmss) made of yyyy, MM, dd and optionally HH, mm, ss, fff";

    private static readonly string[] Tokens = ["yyyy", "MM", "dd", "HH", "mm", "ss", "fff"];

    private readonly Regex _regex;

    private FileNamePattern(Regex regex, ColumnType type)
    {
        _regex = regex;
        Type = type;
    }

    /// <summary>int64 for <c>(number)</c>, timestamp otherwise.</summary>
    public ColumnType Type { get; }

    public static bool TryParse(string pattern, [NotNullWhen(true)] out FileNamePattern? parsed)
    {
        parsed = null;
        var open = pattern.IndexOf('(', StringComparison.Ordinal);
        var close = pattern.IndexOf(')', StringComparison.Ordinal);
        if (open < 0 || close < open || pattern.LastIndexOf('(') != open || pattern.LastIndexOf(')') != close)
        {
            return false;
        }

        var inside = pattern[(open + 1)..close];
        var isNumber = inside == "number";
        var group = isNumber ? "(?<number>[0-9]{1,19})" : TimeGroup(inside);
        if (group is null)
        {
            return false;
        }

        var regex = $"^{Literal(pattern[..open])}{group}{Literal(pattern[(close + 1)..])}(?:[^A-Za-z0-9]|$)";
        parsed = new(
            new Regex(regex, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking),
            new(isNumber ? ColumnKind.Int64 : ColumnKind.Timestamp));
        return true;
    }

    /// <summary>The sequence in the name of a file; false when the name does not match.</summary>
    public bool TryRead(string fileName, out long sequence)
    {
        sequence = 0;
        var match = _regex.Match(fileName);
        if (!match.Success)
        {
            return false;
        }

        if (Type.Kind == ColumnKind.Int64)
        {
            return long.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
        }

        var text = new StringBuilder();
        foreach (var token in Tokens)
        {
            var value = match.Groups[token];
            text.Append(value.Success ? value.Value : new string('0', token.Length));
        }

        if (!DateTime.TryParseExact(text.ToString(), "yyyyMMddHHmmssfff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return false;
        }

        sequence = SequenceText.FromTicks(time.Ticks);
        return true;
    }

    private static string Literal(string text) => Regex.Escape(text).Replace(@"\*", ".*", StringComparison.Ordinal);

    private static string? TimeGroup(string inside)
    {
        var regex = new StringBuilder();
        var seen = new HashSet<string>();
        for (var i = 0; i < inside.Length;)
        {
            var token = Tokens.FirstOrDefault(token => inside.AsSpan(i).StartsWith(token));
            if (token is null)
            {
                if (char.IsAsciiLetter(inside[i]) && inside[i] is not ('T' or 'Z'))
                {
                    return null;
                }

                regex.Append(Regex.Escape(inside[i].ToString()));
                i++;
            }
            else if (seen.Add(token))
            {
                regex.Append(CultureInfo.InvariantCulture, $"(?<{token}>[0-9]{{{token.Length}}})");
                i += token.Length;
            }
            else
            {
                return null;
            }
        }

        return seen.Contains("yyyy") && seen.Contains("MM") && seen.Contains("dd") ? regex.ToString() : null;
    }
}
