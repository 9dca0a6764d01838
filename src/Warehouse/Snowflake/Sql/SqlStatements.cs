namespace CustomerTrack.Snowflake;

/// <summary>Cuts a script into statements, as Snowflake reads them: quotes, comments and bodies between <c>$$</c> stay whole.</summary>
public static class SqlStatements
{
    /// <exception cref="FormatException">A quote, a comment or a body is not closed.</exception>
    public static IReadOnlyList<string> Split(string script)
    {
        var statements = new List<string>();
        var start = -1;
        var position = 0;
        while (position < script.Length)
        {
            var end = SkipComment(script, position);
            if (end > position)
            {
                position = end;
                continue;
            }

            if (script[position] == ';')
            {
                Add(statements, script, start, position);
                start = -1;
                position++;
                continue;
            }

            if (start < 0 && !char.IsWhiteSpace(script[position]))
            {
                start = position;
            }

            position = SkipToken(script, position);
        }

        Add(statements, script, start, script.Length);
        return statements;
    }

    private static void Add(List<string> statements, string script, int start, int end)
    {
        if (start >= 0)
        {
            statements.Add(script[start..end].TrimEnd());
        }
    }

    private static int SkipComment(string script, int position)
    {
        if (IsAt(script, position, "--") || IsAt(script, position, "//"))
        {
            var end = script.IndexOf('\n', position);
            return end < 0 ? script.Length : end + 1;
        }

        return IsAt(script, position, "/*") ? End(script, position, "*/", position + 2) : position;
    }

    private static int SkipToken(string script, int position) => script[position] switch
    {
        '$' when IsAt(script, position, "$$") => End(script, position, "$$", position + 2),
        '"' => End(script, position, "\"", position + 1),
        '\'' => EndOfLiteral(script, position),
        _ => position + 1,
    };

    private static int EndOfLiteral(string script, int position)
    {
        for (var i = position + 1; i < script.Length; i++)
        {
            if (script[i] == '\\')
            {
                i++;
            }
            else if (script[i] == '\'')
            {
                return i + 1;
            }
        }

        throw Open(script, position);
    }

    private static int End(string script, int position, string close, int from)
    {
        var end = script.IndexOf(close, from, StringComparison.Ordinal);
        return end < 0 ? throw Open(script, position) : end + close.Length;
    }

    private static bool IsAt(string script, int position, string text) => string.CompareOrdinal(script, position, text, 0, text.Length) == 0;

    private static FormatException Open(string script, int position) =>
        new($"Line {script.AsSpan(0, position).Count('\n') + 1}: what begins with {script.AsSpan(position, Math.Min(2, script.Length - position))} is not closed.");
}
