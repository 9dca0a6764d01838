using System.Globalization;
using System.Text;

namespace CustomerTrack.SnowflakeEmulator;

/// <content>Expressions.</content>
internal sealed partial class QueryTranslator
{
    public string Expression()
    {
        var sql = Or();
        return sql.Contains(Zoned, StringComparison.Ordinal)
            ? throw SqlException.NotEmulated("CONVERT_TIMEZONE with two arguments whose TIMESTAMP_TZ is not cast to TIMESTAMP_NTZ at once")
            : sql;
    }

    // CONVERT_TIMEZONE with two arguments gives a TIMESTAMP_TZ, which DuckDB has not; only what is cast at once is known.
    private const string Zoned = "/*TIMESTAMP_TZ*/";

    private string Or()
    {
        var left = And();
        while (reader.TryTake("OR"))
            left = $"({left} OR {And()})";
        return left;
    }

    private string And()
    {
        var left = Not();
        while (reader.TryTake("AND"))
            left = $"({left} AND {Not()})";
        return left;
    }

    private string Not() => reader.TryTake("NOT") ? $"(NOT {Not()})" : Comparison();

    private string Comparison()
    {
        var left = Concatenation();
        while (true)
        {
            if (reader.Current.Kind == TokenKind.Symbol && reader.Current.Text is "=" or "<>" or "!=" or "<" or "<=" or ">" or ">=")
            {
                var symbol = reader.Take().Text;
                left = $"({left} {symbol} {Concatenation()})";
            }
            else if (reader.TryTake("IS"))
                left = Is(left);
            else if (reader.Is("NOT") || reader.Is("IN") || reader.Is("BETWEEN") || reader.Is("LIKE") || reader.Is("ILIKE"))
                left = Predicate(left);
            else
                return left;
        }
    }

    private string Is(string left)
    {
        var not = reader.TryTake("NOT") ? "NOT " : "";
        if (reader.TryTake("NULL"))
            return $"({left} IS {not}NULL)";
        if (reader.TryTake("DISTINCT", "FROM"))
            return $"({left} IS {not}DISTINCT FROM {Concatenation()})";
        if (reader.Is("TRUE") || reader.Is("FALSE"))
            return $"({left} IS {not}{reader.Take().Text})";
        throw reader.Unexpected();
    }

    private string Predicate(string left)
    {
        var not = reader.TryTake("NOT") ? "NOT " : "";
        if (reader.TryTake("IN"))
        {
            reader.ExpectSymbol("(");
            var list = reader.Is("SELECT") || reader.Is("WITH") ? Query() : ExpressionList();
            reader.ExpectSymbol(")");
            return $"({left} {not}IN ({list}))";
        }
        if (reader.TryTake("BETWEEN"))
        {
            var low = Concatenation();
            reader.Expect("AND");
            return $"({left} {not}BETWEEN {low} AND {Concatenation()})";
        }
        var word = reader.Is("LIKE") || reader.Is("ILIKE") ? reader.Take().Text : throw reader.Unexpected();
        if (reader.Is("ANY") || reader.Is("ALL"))
            throw SqlException.NotEmulated($"{word} {reader.Current.Text}");
        var pattern = Concatenation();
        var escape = reader.TryTake("ESCAPE") ? $" ESCAPE {Primary()}" : "";
        return $"({left} {not}{word} {pattern}{escape})";
    }

    private string Concatenation()
    {
        var left = Additive();
        while (reader.TrySymbol("||"))
            left = $"({left} || {Additive()})";
        return left;
    }

    private string Additive()
    {
        var left = Multiplicative();
        while (reader.IsSymbol("+") || reader.IsSymbol("-"))
        {
            var symbol = reader.Take().Text;
            left = $"({left} {symbol} {Multiplicative()})";
        }
        return left;
    }

    private string Multiplicative()
    {
        var left = Unary();
        while (reader.IsSymbol("*") || reader.IsSymbol("/") || reader.IsSymbol("%"))
        {
            var symbol = reader.Take().Text;
            left = $"({left} {symbol} {Unary()})";
        }
        return left;
    }

    private string Unary()
    {
        if (reader.TrySymbol("-"))
            return $"(-{Unary()})";
        return reader.TrySymbol("+") ? Unary() : Postfix();
    }

    private string Postfix()
    {
        var value = Primary();
        while (true)
        {
            if (reader.TrySymbol("::"))
                value = Cast(value, DataType.Read(reader), attempt: false);
            else if (reader.IsSymbol(":") || reader.IsSymbol("["))
                throw SqlException.NotEmulated("paths into semi-structured values");
            else
                return value;
        }
    }

    private static string Cast(string value, DataType type, bool attempt)
    {
        if (value.StartsWith(Zoned, StringComparison.Ordinal))
        {
            if (type.Kind != "TIMESTAMP_NTZ")
                throw SqlException.NotEmulated("a cast of a TIMESTAMP_TZ to anything but TIMESTAMP_NTZ");
            value = value[Zoned.Length..];
        }
        return $"{(attempt ? "TRY_CAST" : "CAST")}({value} AS {type.Duck})";
    }

    private string Primary()
    {
        var token = reader.Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return reader.Take().Text;
            case TokenKind.Text:
                return DuckName.Text(reader.Take().Text);
            case TokenKind.Symbol when token.Text is "(":
                return Parenthesis();
            case TokenKind.Symbol when token.Text is "?":
                return Bind();
            case TokenKind.Symbol when token.Text is ":":
                return Variable();
            case TokenKind.Word:
                return Word();
            case TokenKind.Quoted:
                return ColumnOrFunction();
            case TokenKind.Dollar:
                throw SqlException.NotEmulated($"${token.Text}");
            default:
                throw reader.Unexpected();
        }
    }

    private string Parenthesis()
    {
        reader.ExpectSymbol("(");
        var inner = reader.Is("SELECT") || reader.Is("WITH") ? Query() : ExpressionList();
        reader.ExpectSymbol(")");
        return $"({inner})";
    }

    private string Bind()
    {
        reader.ExpectSymbol("?");
        var index = context.Session.NextBind++;
        return BindAt(index);
    }

    private string BindAt(int index) => index < context.Binds.Count
        ? context.Binds[index].Literal()
        : throw new SqlException("002049", "42601", $"SQL compilation error:\nBind variable ?{index + 1} not set.");

    private string Variable()
    {
        reader.ExpectSymbol(":");
        if (reader.Current.Kind == TokenKind.Number)
            return BindAt(int.Parse(reader.Take().Text, CultureInfo.InvariantCulture) - 1);
        var name = reader.Identifier();
        return context.Variables is { } variables && variables.TryGetValue(name, out var literal)
            ? literal
            : throw new SqlException("000904", "42000", $"SQL compilation error:\nBind variable for object '{name}' not set.");
    }

    private string Word()
    {
        var word = reader.Current.Text;
        switch (word)
        {
            case "NULL" or "TRUE" or "FALSE":
                return reader.Take().Text;
            case "CASE":
                return Case();
            case "EXISTS" when reader.Ahead(1).IsSymbol("("):
                reader.Take();
                return $"EXISTS {Parenthesis()}";
            case "CAST" or "TRY_CAST" when reader.Ahead(1).IsSymbol("("):
                return CastFunction();
            case "INTERVAL" when reader.Ahead(1).Kind == TokenKind.Text:
                reader.Take();
                return Functions.Interval(reader.Text());
            case "DATE" or "TIME" or "TIMESTAMP" when reader.Ahead(1).Kind == TokenKind.Text:
                reader.Take();
                return $"{word} {DuckName.Text(reader.Text())}";
            case "CURRENT_TIMESTAMP" or "CURRENT_DATE" or "LOCALTIMESTAMP" or "CURRENT_USER" when !reader.Ahead(1).IsSymbol("("):
                reader.Take();
                return SessionFunctions.Emit(word, [], context, references)!;
        }
        return Reserved.Contains(word) && !(reader.Ahead(1).IsSymbol("(") && word is "LEFT" or "RIGHT") ? throw reader.Unexpected() : ColumnOrFunction();
    }

    private string Case()
    {
        reader.Expect("CASE");
        var sql = new StringBuilder("CASE");
        if (!reader.Is("WHEN"))
            sql.Append(' ').Append(Expression());
        while (reader.TryTake("WHEN"))
        {
            sql.Append(" WHEN ").Append(Expression());
            reader.Expect("THEN");
            sql.Append(" THEN ").Append(Expression());
        }
        if (reader.TryTake("ELSE"))
            sql.Append(" ELSE ").Append(Expression());
        reader.Expect("END");
        return sql.Append(" END").ToString();
    }

    private string CastFunction()
    {
        var attempt = reader.Word() == "TRY_CAST";
        reader.ExpectSymbol("(");
        var value = Or();
        reader.Expect("AS");
        var type = DataType.Read(reader);
        reader.ExpectSymbol(")");
        return Cast(value, type, attempt);
    }
}
