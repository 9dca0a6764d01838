using System.Text;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>
/// Reads a query of the subset and writes the same query for DuckDB. Names are resolved, privileges checked, views and streams
/// unfolded and masks put on on the way. A clause or function that is not known is an error.
/// </summary>
internal sealed partial class QueryTranslator(TokenReader reader, SqlContext context, References references)
{
    private static readonly HashSet<string> Reserved =
    [
        "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "QUALIFY", "ORDER", "LIMIT", "OFFSET", "FETCH", "UNION", "EXCEPT", "MINUS", "INTERSECT", "ON", "USING", "JOIN", "INNER", "LEFT",
        "RIGHT", "FULL", "CROSS", "NATURAL", "LATERAL", "ASOF", "WHEN", "THEN", "ELSE", "END", "AS", "AND", "OR", "NOT", "IS", "IN", "LIKE", "ILIKE", "BETWEEN", "SET", "VALUES", "INTO", "WITH",
        "CASE", "EXISTS", "AT", "BEFORE", "PIVOT", "UNPIVOT", "SAMPLE", "TABLESAMPLE", "MATCH_RECOGNIZE", "WINDOW", "RLIKE", "REGEXP", "COLLATE", "ESCAPE", "OVER", "ROWS", "RANGE",
    ];

    private readonly Stack<Dictionary<string, string>> _commonTables = new();
    private int _temporaries;

    /// <summary>Whose privileges are asked: the context's role, or the owner of the view that is unfolded.</summary>
    public required string AccessRole { get; init; }

    /// <summary>Names that stand for an expression: the argument of a masking policy.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Bare names are variables: in the expressions of a script.</summary>
    public bool BareVariables { get; init; }

    public static string Translate(string text, SqlContext context, References references, string? accessRole = null)
    {
        var reader = new TokenReader(text);
        var translator = new QueryTranslator(reader, context, references) { AccessRole = accessRole ?? context.Role };
        var sql = translator.Query(top: true);
        reader.TrySymbol(";");
        if (!reader.AtEnd)
            throw reader.Unexpected();
        return sql;
    }

    public static string TranslateExpression(string text, SqlContext context, References references)
    {
        var reader = new TokenReader(text);
        var translator = new QueryTranslator(reader, context, references) { AccessRole = context.Role, BareVariables = true };
        var sql = translator.Expression();
        return reader.AtEnd ? sql : throw reader.Unexpected();
    }

    public string Query(bool top = false)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        _commonTables.Push(names);
        try
        {
            var sql = new StringBuilder();
            if (reader.TryTake("WITH"))
                sql.Append(CommonTables(names));
            sql.Append(SetExpression(top));
            sql.Append(OrderAndLimit());
            return sql.ToString();
        }
        finally
        {
            _commonTables.Pop();
        }
    }

    private string CommonTables(Dictionary<string, string> names)
    {
        if (reader.Is("RECURSIVE"))
            throw SqlException.NotEmulated("WITH RECURSIVE");
        var parts = new List<string>();
        do
        {
            var name = reader.Identifier();
            var columns = "";
            if (reader.TrySymbol("("))
            {
                columns = $"({string.Join(", ", ColumnNames())})";
                reader.ExpectSymbol(")");
            }
            reader.Expect("AS");
            reader.ExpectSymbol("(");
            var query = Query();
            reader.ExpectSymbol(")");
            var physical = DuckName.Quote($"cte {name} {_commonTables.Count} {_temporaries++}");
            parts.Add($"{physical}{columns} AS ({query})");
            names[name] = physical;
        }
        while (reader.TrySymbol(","));
        return $"WITH {string.Join(", ", parts)} ";
    }

    private List<string> ColumnNames()
    {
        var names = new List<string>();
        do
            names.Add(DuckName.Quote(reader.Identifier()));
        while (reader.TrySymbol(","));
        return names;
    }

    private string SetExpression(bool top)
    {
        var sql = Intersection(top);
        while (true)
        {
            string operation;
            if (reader.TryTake("UNION"))
                operation = reader.TryTake("ALL") ? "UNION ALL" : reader.TryTake("DISTINCT") ? "UNION" : "UNION";
            else if (reader.TryTake("EXCEPT") || reader.TryTake("MINUS"))
                operation = "EXCEPT";
            else
                return sql;
            sql = $"{sql} {operation} {Intersection(top: false)}";
        }
    }

    private string Intersection(bool top)
    {
        var sql = SelectCore(top);
        while (reader.TryTake("INTERSECT"))
            sql = $"{sql} INTERSECT {SelectCore(top: false)}";
        return sql;
    }

    private string SelectCore(bool top)
    {
        if (reader.TrySymbol("("))
        {
            var inner = Query(top);
            reader.ExpectSymbol(")");
            return $"({inner})";
        }
        if (reader.Is("VALUES"))
            return Values();
        reader.Expect("SELECT");
        var sql = new StringBuilder("SELECT ");
        if (reader.TryTake("DISTINCT"))
            sql.Append("DISTINCT ");
        else
            reader.TryTake("ALL");
        if (reader.Is("TOP"))
            throw SqlException.NotEmulated("TOP");
        sql.Append(SelectList());
        if (reader.Is("INTO"))
            Into(top);
        if (reader.TryTake("FROM"))
            sql.Append(" FROM ").Append(FromClause());
        if (reader.TryTake("WHERE"))
            sql.Append(" WHERE ").Append(Expression());
        if (reader.TryTake("GROUP", "BY"))
            sql.Append(" GROUP BY ").Append(reader.TryTake("ALL") ? "ALL" : ExpressionList());
        if (reader.TryTake("HAVING"))
            sql.Append(" HAVING ").Append(Expression());
        if (reader.TryTake("QUALIFY"))
            sql.Append(" QUALIFY ").Append(Expression());
        return sql.ToString();
    }

    private void Into(bool top)
    {
        if (!top || context.Variables is null)
            throw reader.Unexpected();
        reader.Expect("INTO");
        references.Into = [];
        do
        {
            reader.ExpectSymbol(":");
            references.Into.Add(reader.Identifier());
        }
        while (reader.TrySymbol(","));
    }

    private string Values()
    {
        reader.Expect("VALUES");
        var rows = new List<string>();
        do
        {
            reader.ExpectSymbol("(");
            rows.Add($"({ExpressionList()})");
            reader.ExpectSymbol(")");
        }
        while (reader.TrySymbol(","));
        return $"VALUES {string.Join(", ", rows)}";
    }

    private string ExpressionList()
    {
        var list = new List<string>();
        do
            list.Add(Expression());
        while (reader.TrySymbol(","));
        return string.Join(", ", list);
    }

    private string SelectList()
    {
        var items = new List<string>();
        do
            items.Add(SelectItem());
        while (reader.TrySymbol(","));
        return string.Join(", ", items);
    }

    private string SelectItem()
    {
        if (reader.TrySymbol("*"))
            return "*" + Exclude();
        if (reader.Ahead(1).IsSymbol(".") && reader.Ahead(2).IsSymbol("*"))
        {
            var table = reader.Identifier();
            reader.Take();
            reader.Take();
            return $"{DuckName.Quote(table)}.*{Exclude()}";
        }
        var from = reader.Index;
        var simple = reader.Current.Kind is TokenKind.Word or TokenKind.Quoted;
        var sql = Expression();
        var text = reader.Slice(from, reader.Index);
        if (reader.TryTake("AS"))
            return $"{sql} AS {DuckName.Quote(reader.Identifier())}";
        if (IsAlias(reader.Current))
            return $"{sql} AS {DuckName.Quote(reader.Identifier())}";
        return simple && sql.EndsWith('"') && !sql.Contains('(', StringComparison.Ordinal) ? sql : $"{sql} AS {DuckName.Quote(text.ToUpperInvariant())}";
    }

    private static bool IsAlias(Token token) => token.Kind == TokenKind.Quoted || (token.Kind == TokenKind.Word && !Reserved.Contains(token.Text));

    private string Exclude()
    {
        if (!reader.TryTake("EXCLUDE"))
            return reader.Is("ILIKE") || reader.Is("REPLACE") || reader.Is("RENAME") ? throw SqlException.NotEmulated($"* {reader.Current.Text}") : "";
        if (!reader.TrySymbol("("))
            return $" EXCLUDE ({DuckName.Quote(reader.Identifier())})";
        var names = ColumnNames();
        reader.ExpectSymbol(")");
        return $" EXCLUDE ({string.Join(", ", names)})";
    }

    private string OrderAndLimit()
    {
        var sql = new StringBuilder();
        if (reader.TryTake("ORDER", "BY"))
            sql.Append(" ORDER BY ").Append(OrderItems());
        if (reader.TryTake("LIMIT"))
            sql.Append(" LIMIT ").Append(Primary());
        if (reader.TryTake("OFFSET"))
            sql.Append(" OFFSET ").Append(Primary());
        return sql.ToString();
    }

    /// <summary>NULLs are higher than everything in Snowflake: last when ascending, first when descending.</summary>
    private string OrderItems()
    {
        var items = new List<string>();
        do
        {
            var expression = Expression();
            var descending = reader.TryTake("DESC");
            if (!descending)
                reader.TryTake("ASC");
            var first = descending;
            if (reader.TryTake("NULLS", "FIRST"))
                first = true;
            else if (reader.TryTake("NULLS", "LAST"))
                first = false;
            items.Add($"{expression} {(descending ? "DESC" : "ASC")} NULLS {(first ? "FIRST" : "LAST")}");
        }
        while (reader.TrySymbol(","));
        return string.Join(", ", items);
    }
}
