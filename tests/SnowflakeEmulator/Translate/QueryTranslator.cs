using System.Globalization;
using System.Text;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>
/// Reads a query of the subset and writes the same query for DuckDB. Names are resolved, privileges checked, views and streams
/// unfolded and masks put on on the way. A clause or function that is not known is an error.
/// </summary>
internal sealed class QueryTranslator(TokenReader reader, SqlContext context, References references)
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

    public string FromClause()
    {
        var sql = new StringBuilder(JoinedTable());
        while (reader.TrySymbol(","))
            sql.Append(", ").Append(JoinedTable());
        return sql.ToString();
    }

    private string JoinedTable()
    {
        var sql = new StringBuilder(TableFactor());
        while (true)
        {
            string join;
            if (reader.TryTake("JOIN") || reader.TryTake("INNER", "JOIN"))
                join = "JOIN";
            else if (reader.TryTake("LEFT", "OUTER", "JOIN") || reader.TryTake("LEFT", "JOIN"))
                join = "LEFT JOIN";
            else if (reader.TryTake("RIGHT", "OUTER", "JOIN") || reader.TryTake("RIGHT", "JOIN"))
                join = "RIGHT JOIN";
            else if (reader.TryTake("FULL", "OUTER", "JOIN") || reader.TryTake("FULL", "JOIN"))
                join = "FULL JOIN";
            else if (reader.TryTake("CROSS", "JOIN"))
                join = "CROSS JOIN";
            else
                return sql.ToString();
            sql.Append(' ').Append(join).Append(' ').Append(TableFactor());
            if (join == "CROSS JOIN")
                continue;
            if (reader.TryTake("USING"))
            {
                reader.ExpectSymbol("(");
                sql.Append(" USING (").AppendJoin(", ", ColumnNames()).Append(')');
                reader.ExpectSymbol(")");
            }
            else
            {
                reader.Expect("ON");
                sql.Append(" ON ").Append(Expression());
            }
        }
    }

    public string TableFactor()
    {
        if (reader.TrySymbol("("))
        {
            if (reader.Is("VALUES"))
                return ValuesTable();
            if (reader.Is("SELECT") || reader.Is("WITH") || reader.IsSymbol("("))
            {
                var query = Query();
                reader.ExpectSymbol(")");
                return $"({query}){Alias(null)}";
            }
            var joined = JoinedTable();
            reader.ExpectSymbol(")");
            return $"({joined})";
        }
        if (reader.Is("TABLE") && reader.Ahead(1).IsSymbol("("))
            return TableFunction();
        if (reader.Is("LATERAL") || reader.IsSymbol("@"))
            throw SqlException.NotEmulated($"{reader.Current.Text} in FROM");
        var name = reader.Name();
        if (reader.Is("AT") || reader.Is("BEFORE"))
            throw SqlException.NotEmulated("time travel");
        return $"{Source(name)}{Alias(name.Last)}";
    }

    private string ValuesTable()
    {
        var values = Values();
        reader.ExpectSymbol(")");
        var width = new TokenReader(values[7..]);
        var count = 1;
        for (var depth = 0; !width.AtEnd; width.Take())
        {
            depth += width.IsSymbol("(") ? 1 : width.IsSymbol(")") ? -1 : 0;
            if (depth == 0)
                break;
            if (depth == 1 && width.IsSymbol(","))
                count++;
        }
        var alias = Alias(null);
        return alias.Contains('(', StringComparison.Ordinal)
            ? $"({values}){alias}"
            : $"({values}){(alias.Length > 0 ? alias : " AS \"VALUES\"")}({string.Join(", ", Enumerable.Range(1, count).Select(i => $"\"COLUMN{i}\""))})";
    }

    private string Alias(string? otherwise)
    {
        string? alias = reader.TryTake("AS") || IsAlias(reader.Current) ? reader.Identifier() : otherwise;
        if (alias is null)
            return "";
        if (!reader.IsSymbol("(") || alias == otherwise)
            return $" AS {DuckName.Quote(alias)}";
        reader.Take();
        var columns = ColumnNames();
        reader.ExpectSymbol(")");
        return $" AS {DuckName.Quote(alias)}({string.Join(", ", columns)})";
    }

    private string TableFunction()
    {
        reader.Expect("TABLE");
        reader.ExpectSymbol("(");
        var name = reader.Name();
        reader.ExpectSymbol("(");
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!reader.IsSymbol(")"))
        {
            var argument = reader.Ahead(1).IsSymbol("=>") ? reader.Identifier() : throw SqlException.NotEmulated($"{name} with arguments without names");
            reader.Take();
            arguments[argument] = Expression();
            if (!reader.TrySymbol(","))
                break;
        }
        reader.ExpectSymbol(")");
        reader.ExpectSymbol(")");
        references.NeedsWarehouse = true;
        return $"({InformationSchema.Function(name, arguments, context with { Role = AccessRole })}){Alias(name.Last)}";
    }

    private string Source(ObjectName name)
    {
        if (name.Parts.Count == 1)
        {
            foreach (var scope in _commonTables)
            {
                if (scope.TryGetValue(name.Last, out var physical))
                    return physical;
            }
        }
        references.NeedsWarehouse = true;
        if (name.Parts.Count >= 2 && name.Parts[^2] == "INFORMATION_SCHEMA")
            return $"({InformationSchema.View(name, context with { Role = AccessRole })})";
        var full = context.Complete(ObjectKind.Table, name);
        var found = context.Account.Catalog.Find(ObjectKind.Table, full) ?? context.Account.Catalog.Find(ObjectKind.Stream, full);
        if (found is null || !context.Account.Access.Sees(AccessRole, found))
            throw SqlException.NotFound("Object", full.ToString());
        context.Account.Access.Require(AccessRole, "SELECT", found);
        return found switch
        {
            TableObject table => $"(SELECT {string.Join(", ", table.Columns.Select(column => Masked(table, column)))} FROM {table.Physical})",
            ViewObject view => View(view),
            StreamObject stream => Stream(stream),
            _ => throw SqlException.NotFound("Object", full.ToString()),
        };
    }

    private string View(ViewObject view)
    {
        if (view.Owner is null)
            throw SqlException.Invalid($"Failure during expansion of view '{view.Name.Last}': the view has no owner.");
        var inside = context with { Database = view.Name.Parts[0], Schema = view.Name.Parts[1], Variables = null, Binds = [] };
        string query;
        try
        {
            query = Translate(view.Query, inside, references, view.Owner);
        }
        catch (SqlException exception)
        {
            throw new SqlException(exception.Code, exception.SqlState, $"SQL compilation error:\nFailure during expansion of view '{view.Name.Last}': {exception.Message}");
        }
        return $"(SELECT {string.Join(", ", view.Columns.Select(column => Masked(view, column)))} FROM ({query}) AS v({string.Join(", ", view.Columns.Select(column => DuckName.Quote(column.Name)))}))";
    }

    private string Stream(StreamObject stream)
    {
        var table = context.Account.StreamTable(stream);
        references.Streams.Add(stream);
        var columns = string.Join(", ", table.Columns.Select(column => Masked(table, column)));
        var all = string.Join(", ", table.Columns.Select(column => DuckName.Quote(column.Name)));
        var waiting = $"\"$tx\" IN (SELECT tx FROM sys_commits WHERE tbl = {table.Id} AND n > (SELECT position FROM sys_streams WHERE id = {stream.Id}))";
        return $"(SELECT {columns}, 'INSERT' AS \"METADATA$ACTION\", FALSE AS \"METADATA$ISUPDATE\", \"$id\" AS \"METADATA$ROW_ID\" FROM ("
            + $"SELECT {all}, md5({table.Id} || '/' || rowid) AS \"$id\" FROM {table.Physical} WHERE {waiting} UNION ALL "
            + $"SELECT {all}, md5({table.Id} || '/gone/' || rowid) AS \"$id\" FROM {table.Gone} WHERE {waiting}))";
    }

    /// <summary>The column, behind its own policy or that of its tags.</summary>
    private string Masked(CatalogObject holder, TableColumn column)
    {
        var name = DuckName.Quote(column.Name);
        return context.Account.PolicyOf(holder, column) is { } policy
            ? $"{Mask(policy, name)} AS {name}"
            : name;
    }

    private string Mask(PolicyObject policy, string value)
    {
        var inner = new TokenReader(policy.Expression);
        var translator = new QueryTranslator(inner, context with { Database = policy.Name.Parts[0], Schema = policy.Name.Parts[1] }, references)
        {
            AccessRole = policy.Owner ?? AccessRole,
            Parameters = new Dictionary<string, string>(StringComparer.Ordinal) { [policy.Argument] = value },
        };
        var sql = translator.Expression();
        return inner.AtEnd ? $"CAST({sql} AS {policy.Type.Duck})" : throw inner.Unexpected();
    }

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

    private string ColumnOrFunction()
    {
        var parts = new List<string> { reader.Identifier() };
        while (reader.IsSymbol(".") && reader.Ahead(1).Kind is TokenKind.Word or TokenKind.Quoted)
        {
            reader.Take();
            parts.Add(reader.Identifier());
        }
        if (reader.IsSymbol("(") && parts.Count == 1)
            return Function(parts[0]);
        if (reader.IsSymbol("("))
            throw SqlException.NotEmulated($"the function {string.Join('.', parts)}");
        if (parts.Count == 1 && Parameters.TryGetValue(parts[0], out var parameter))
            return parameter;
        if (parts.Count == 1 && BareVariables)
        {
            return context.Variables is { } variables && variables.TryGetValue(parts[0], out var literal)
                ? literal
                : throw new SqlException("000904", "42000", $"SQL compilation error:\ninvalid identifier '{parts[0]}'");
        }
        return string.Join('.', parts.TakeLast(2).Select(DuckName.Quote));
    }

    private string Function(string name)
    {
        reader.ExpectSymbol("(");
        var distinct = Functions.IsAggregate(name) && reader.TryTake("DISTINCT") ? "DISTINCT " : "";
        if (name == "EXTRACT")
            return Extract();
        var arguments = new List<string>();
        if (name == "COUNT" && reader.TrySymbol("*"))
            arguments.Add("*");
        else
        {
            while (!reader.IsSymbol(")"))
            {
                arguments.Add(arguments.Count == 0 && TakesPart(name) ? DuckName.Text(Functions.DatePart(reader.Current.Kind == TokenKind.Text ? reader.Text() : reader.Word())) : Expression());
                if (!reader.TrySymbol(","))
                    break;
            }
        }
        if (reader.Is("IGNORE", "NULLS") || reader.Is("RESPECT", "NULLS"))
            throw SqlException.NotEmulated("IGNORE NULLS");
        reader.ExpectSymbol(")");
        if (distinct.Length > 0)
            arguments[0] = distinct + arguments[0];
        if (name == "LISTAGG")
            return Over(ListAggregate(arguments));
        var sql = Dates(name, arguments) ?? SessionFunctions.Emit(name, arguments, context, references) ?? Functions.Emit(name, arguments);
        if (!Functions.IsAggregate(name) && !Functions.IsWindowOnly(name))
            return sql;
        if (Functions.IsWindowOnly(name) && !reader.Is("OVER"))
            throw SqlException.Invalid($"Window function type [{name}] requires OVER clause in the function.");
        return Over(sql);
    }

    private static bool TakesPart(string name) => name is "DATEADD" or "TIMESTAMPADD" or "DATEDIFF" or "TIMESTAMPDIFF" or "DATE_TRUNC" or "DATE_PART";

    private static string? Dates(string name, List<string> arguments)
    {
        var expected = name switch { "DATEADD" or "TIMESTAMPADD" or "DATEDIFF" or "TIMESTAMPDIFF" => 3, "DATE_TRUNC" or "DATE_PART" => 2, _ => 0 };
        if (expected > 0 && arguments.Count != expected)
            throw new SqlException("000938", "22023", $"SQL compilation error:\nwrong number of arguments for function [{name}], expected {expected}, got {arguments.Count}");
        switch (name)
        {
            case "DATEADD" or "TIMESTAMPADD":
                return $"({arguments[2]} + CAST({arguments[1]} AS BIGINT) * INTERVAL '1 {arguments[0].Trim('\'')}')";
            case "DATEDIFF" or "TIMESTAMPDIFF":
                return $"date_diff({arguments[0]}, {arguments[1]}, {arguments[2]})";
            case "DATE_TRUNC":
                return $"date_trunc({arguments[0]}, {arguments[1]})";
            case "DATE_PART":
                return $"date_part({arguments[0]}, {arguments[1]})";
            case "CONVERT_TIMEZONE" when arguments.Count == 2:
                return $"{Zoned}timezone({arguments[0]}, CAST({arguments[1]} AS TIMESTAMPTZ))";
            case "CONVERT_TIMEZONE" when arguments.Count == 3:
                return $"timezone({arguments[1]}, timezone({arguments[0]}, CAST({arguments[2]} AS TIMESTAMP)))";
            default:
                return null;
        }
    }

    private string Extract()
    {
        var part = Functions.DatePart(reader.Word());
        reader.Expect("FROM");
        var value = Expression();
        reader.ExpectSymbol(")");
        return $"date_part('{part}', {value})";
    }

    private string ListAggregate(List<string> arguments)
    {
        var separator = arguments.Count > 1 ? arguments[1] : "''";
        var order = "";
        if (reader.TryTake("WITHIN", "GROUP"))
        {
            reader.ExpectSymbol("(");
            reader.Expect("ORDER", "BY");
            order = $" ORDER BY {OrderItems()}";
            reader.ExpectSymbol(")");
        }
        return $"coalesce(string_agg({arguments[0]}, {separator}{order}), '')";
    }

    private string Over(string function)
    {
        if (!reader.TryTake("OVER"))
            return function;
        reader.ExpectSymbol("(");
        var sql = new StringBuilder($"{function} OVER (");
        if (reader.TryTake("PARTITION", "BY"))
            sql.Append("PARTITION BY ").Append(ExpressionList()).Append(' ');
        if (reader.TryTake("ORDER", "BY"))
            sql.Append("ORDER BY ").Append(OrderItems()).Append(' ');
        if (reader.Is("ROWS") || reader.Is("RANGE"))
            sql.Append(Frame());
        reader.ExpectSymbol(")");
        return sql.Append(')').ToString();
    }

    private string Frame()
    {
        var kind = reader.Word();
        if (!reader.TryTake("BETWEEN"))
            return $"{kind} {FrameBound()}";
        var from = FrameBound();
        reader.Expect("AND");
        return $"{kind} BETWEEN {from} AND {FrameBound()}";
    }

    private string FrameBound()
    {
        if (reader.TryTake("CURRENT", "ROW"))
            return "CURRENT ROW";
        var what = reader.TryTake("UNBOUNDED") ? "UNBOUNDED" : Primary();
        return reader.Is("PRECEDING") || reader.Is("FOLLOWING") ? $"{what} {reader.Take().Text}" : throw reader.Unexpected();
    }
}
