namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A cursor over tokens; every parser reads through one.</summary>
internal sealed class TokenReader
{
    private readonly IReadOnlyList<Token> _tokens;
    private int _at;

    public TokenReader(string source)
    {
        Source = source;
        _tokens = Tokenizer.Tokenize(source);
    }

    public string Source { get; }

    public Token Current => _tokens[_at];

    public int Index
    {
        get => _at;
        set => _at = value;
    }

    public bool AtEnd => Current.Kind == TokenKind.End;

    /// <summary>The statement is over: a semicolon or nothing follows.</summary>
    public bool AtStatementEnd => AtEnd || Current.IsSymbol(";");

    public Token Ahead(int distance) => _tokens[Math.Min(_at + distance, _tokens.Count - 1)];

    public Token Take()
    {
        var token = Current;
        if (_at < _tokens.Count - 1)
            _at++;
        return token;
    }

    /// <summary>Whether these words follow.</summary>
    public bool Is(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!Ahead(i).IsWord(words[i]))
                return false;
        }
        return true;
    }

    public bool IsSymbol(string symbol) => Current.IsSymbol(symbol);

    public bool TryTake(params ReadOnlySpan<string> words)
    {
        if (!Is(words))
            return false;
        _at += words.Length;
        return true;
    }

    public bool TrySymbol(string symbol)
    {
        if (!IsSymbol(symbol))
            return false;
        Take();
        return true;
    }

    public void Expect(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (!Current.IsWord(word))
                throw Unexpected();
            Take();
        }
    }

    public void ExpectSymbol(string symbol)
    {
        if (!TrySymbol(symbol))
            throw Unexpected();
    }

    public string Identifier()
    {
        if (Current.Kind is not (TokenKind.Word or TokenKind.Quoted))
            throw Unexpected();
        return Take().Text;
    }

    public string Word() => Current.Kind == TokenKind.Word ? Take().Text : throw Unexpected();

    public string Text() => Current.Kind == TokenKind.Text ? Take().Text : throw Unexpected();

    public long Integer()
    {
        var negative = TrySymbol("-");
        if (Current.Kind != TokenKind.Number || !long.TryParse(Current.Text, out var value))
            throw Unexpected();
        Take();
        return negative ? -value : value;
    }

    /// <summary>A name of up to <paramref name="maxParts"/> parts; also <c>IDENTIFIER('...')</c>.</summary>
    public ObjectName Name(int maxParts = 3)
    {
        if (Is("IDENTIFIER") && Ahead(1).IsSymbol("("))
        {
            Take();
            Take();
            var name = ObjectName.Parse(Text());
            ExpectSymbol(")");
            return name;
        }
        var parts = new List<string> { Identifier() };
        while (IsSymbol("."))
        {
            Take();
            parts.Add(IsSymbol(".") ? "PUBLIC" : Identifier());
        }
        return parts.Count <= maxParts ? new ObjectName(parts) : throw Unexpected();
    }

    public SqlException Unexpected() => SqlException.Syntax(Current);

    /// <summary>The source between two tokens, the second excluded.</summary>
    public string Slice(int from, int to) => to <= from ? "" : Source[_tokens[from].Start.._tokens[to - 1].End];

    /// <summary>Goes to the end of the statement and returns its text from <paramref name="from"/>.</summary>
    public string RestOfStatement(int from)
    {
        while (!AtStatementEnd)
            Take();
        return Slice(from, _at);
    }
}
