namespace CustomerTrack.SnowflakeEmulator;

/// <summary>One token of a statement.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Position">In the line, from 0, as Snowflake counts in its messages.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End, int Line, int Position)
{
    public bool IsWord(string word) => Kind == TokenKind.Word && Text == word;

    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public string Describe() => Kind switch
    {
        TokenKind.End => "<EOF>",
        TokenKind.Text => $"'{Text}'",
        TokenKind.Quoted => $"\"{Text}\"",
        _ => Text,
    };
}
