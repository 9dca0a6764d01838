using System.Text;

namespace CustomerTrack.Records;

/// <summary>
/// The canonical text of a business key: the canonical text of its parts, joined by <c>|</c>; inside a part
/// <c>|</c> and <c>\</c> are preceded by <c>\</c>. A key of one column without either is just its value.
/// </summary>
public static class KeyText
{
    /// <summary>Joins the canonical texts of a key's parts.</summary>
    public static string Join(ReadOnlySpan<string> parts)
    {
        if (parts.Length == 1)
        {
            return Escape(parts[0]);
        }

        var text = new StringBuilder();
        for (var i = 0; i < parts.Length; i++)
        {
            (i == 0 ? text : text.Append('|')).Append(Escape(parts[i]));
        }

        return text.ToString();
    }

    /// <summary>The parts of a key in canonical text.</summary>
    public static string[] Split(string key)
    {
        if (!key.AsSpan().ContainsAny('|', '\\'))
        {
            return [key];
        }

        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] == '\\' && i + 1 < key.Length)
            {
                part.Append(key[++i]);
            }
            else if (key[i] == '|')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(key[i]);
            }
        }

        parts.Add(part.ToString());
        return [.. parts];
    }

    private static string Escape(string part) => part.AsSpan().ContainsAny('|', '\\')
        ? part.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
        : part;
}
