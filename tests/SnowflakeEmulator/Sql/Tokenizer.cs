using System.Text;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Cuts Snowflake SQL into tokens. Comments are dropped.</summary>
internal sealed class Tokenizer(string source)
{
    private static readonly string[] Symbols = ["->>", "::", ":=", "=>", "->", "||", "<=", ">=", "<>", "!="];

    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;

    public static List<Token> Tokenize(string source) => new Tokenizer(source).Run();

    private List<Token> Run()
    {
        while (SkipBlank())
            Next();
        Add(TokenKind.End, "", _at, _line, _at - _lineStart);
        return _tokens;
    }

    private char Ahead(int distance) => _at + distance < source.Length ? source[_at + distance] : '\0';

    private bool SkipBlank()
    {
        while (_at < source.Length)
        {
            var c = source[_at];
            if (c == '\n')
            {
                _line++;
                _lineStart = ++_at;
            }
            else if (char.IsWhiteSpace(c) || c == '\uFEFF')
                _at++;
            else if ((c == '-' && Ahead(1) == '-') || (c == '/' && Ahead(1) == '/' && !AfterUrlScheme()))
                SkipLine();
            else if (c == '/' && Ahead(1) == '*')
                SkipComment();
            else
                return true;
        }
        return false;
    }

    private bool AfterUrlScheme() => _at > 0 && source[_at - 1] == ':';

    private void SkipLine()
    {
        while (_at < source.Length && source[_at] != '\n')
            _at++;
    }

    private void SkipComment()
    {
        var (line, position) = (_line, _at - _lineStart);
        _at += 2;
        while (_at < source.Length && !(source[_at] == '*' && Ahead(1) == '/'))
            Advance();
        if (_at >= source.Length)
            throw SqlException.Syntax(new Token(TokenKind.Symbol, "/*", _at, _at, line, position));
        _at += 2;
    }

    private void Advance()
    {
        if (source[_at++] == '\n')
        {
            _line++;
            _lineStart = _at;
        }
    }

    private void Next()
    {
        var (start, line, position) = (_at, _line, _at - _lineStart);
        var c = source[_at];
        if (char.IsLetter(c) || c == '_')
        {
            while (_at < source.Length && IsNamePart(source[_at]))
                _at++;
            Add(TokenKind.Word, source[start.._at].ToUpperInvariant(), start, line, position);
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Ahead(1)) && !EndsName()))
            Number(start, line, position);
        else if (c == '\'')
            Add(TokenKind.Text, Quoted('\'', escapes: true), start, line, position);
        else if (c == '"')
            Add(TokenKind.Quoted, Quoted('"', escapes: false), start, line, position);
        else if (c == '$')
            Dollar(start, line, position);
        else
            Symbol(start, line, position);
    }

    private bool EndsName() => _tokens.Count > 0 && _tokens[^1].End == _at && _tokens[^1].Kind is TokenKind.Word or TokenKind.Quoted;

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private void Number(int start, int line, int position)
    {
        while (char.IsAsciiDigit(Ahead(0)))
            _at++;
        if (Ahead(0) == '.' && char.IsAsciiDigit(Ahead(1)))
        {
            _at++;
            while (char.IsAsciiDigit(Ahead(0)))
                _at++;
        }
        if (Ahead(0) is 'e' or 'E' && (char.IsAsciiDigit(Ahead(1)) || (Ahead(1) is '+' or '-' && char.IsAsciiDigit(Ahead(2)))))
        {
            _at += 2;
            while (char.IsAsciiDigit(Ahead(0)))
                _at++;
        }
        Add(TokenKind.Number, source[start.._at], start, line, position);
    }

    private void Dollar(int start, int line, int position)
    {
        if (Ahead(1) == '$')
        {
            var end = source.IndexOf("$$", _at + 2, StringComparison.Ordinal);
            if (end < 0)
                throw SqlException.Syntax(new Token(TokenKind.Symbol, "$$", start, start + 2, line, position));
            while (_at < end + 2)
                Advance();
            Add(TokenKind.Text, source[(start + 2)..end], start, line, position);
            return;
        }
        _at++;
        while (_at < source.Length && IsNamePart(source[_at]))
            _at++;
        Add(TokenKind.Dollar, source[(start + 1).._at].ToUpperInvariant(), start, line, position);
    }

    private string Quoted(char quote, bool escapes)
    {
        var (start, line, position) = (_at, _line, _at - _lineStart);
        var text = new StringBuilder();
        Advance();
        while (_at < source.Length)
        {
            var c = source[_at];
            if (c == quote && Ahead(1) == quote)
            {
                text.Append(quote);
                _at += 2;
            }
            else if (c == quote)
            {
                _at++;
                return text.ToString();
            }
            else if (escapes && c == '\\' && _at + 1 < source.Length)
            {
                Advance();
                text.Append(Unescaped(source[_at]));
                Advance();
            }
            else
            {
                text.Append(c);
                Advance();
            }
        }
        throw SqlException.Syntax(new Token(TokenKind.Symbol, quote.ToString(), start, start + 1, line, position));
    }

    private static char Unescaped(char c) => c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', 'b' => '\b', 'f' => '\f', _ => c };

    private void Symbol(int start, int line, int position)
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, _at, symbol, 0, symbol.Length) != 0)
                continue;
            _at += symbol.Length;
            Add(TokenKind.Symbol, symbol, start, line, position);
            return;
        }
        if (!"()[]{},;.+-*/%=<>@?:".Contains(source[_at], StringComparison.Ordinal))
            throw SqlException.Syntax(new Token(TokenKind.Symbol, source[_at].ToString(), start, start + 1, line, position));
        _at++;
        Add(TokenKind.Symbol, source[start.._at], start, line, position);
    }

    private void Add(TokenKind kind, string text, int start, int line, int position) => _tokens.Add(new Token(kind, text, start, _at, line, position));
}
