namespace CustomerTrack.Snowflake;

/// <summary>What a statement is called where its text must not be shown: its first words, no literal among them.</summary>
internal static class StatementLabel
{
    private const int Words = 7;
    private const int Letters = 80;

    public static string Of(string statement)
    {
        var code = statement.AsSpan();
        while (Comment(code) is > 0 and var length)
        {
            code = code[length..];
        }

        var end = code.IndexOfAny('\'', '$', ';');
        var words = (end < 0 ? code : code[..end]).ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        // A number is a literal too.
        var label = string.Join(' ', words.TakeWhile(word => !char.IsAsciiDigit(word[0])).Take(Words));
        return label.Length <= Letters ? label : label[..Letters];
    }

    /// <summary>The length of the blanks and comments that begin the text.</summary>
    private static int Comment(ReadOnlySpan<char> code)
    {
        var blanks = code.Length - code.TrimStart().Length;
        if (code[blanks..].StartsWith("--") || code[blanks..].StartsWith("//"))
        {
            var end = code[blanks..].IndexOf('\n');
            return end < 0 ? code.Length : blanks + end + 1;
        }

        if (code[blanks..].StartsWith("/*"))
        {
            var end = code[blanks..].IndexOf("*/");
            return end < 0 ? code.Length : blanks + end + 2;
        }

        return blanks;
    }
}
