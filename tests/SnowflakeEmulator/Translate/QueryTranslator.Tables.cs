using System.Text;

namespace CustomerTrack.SnowflakeEmulator;

/// <content>FROM: tables, views, streams, functions.</content>
internal sealed partial class QueryTranslator
{
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
}
