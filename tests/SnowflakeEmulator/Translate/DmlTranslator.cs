using System.Text;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Reads INSERT, UPDATE, DELETE, MERGE and TRUNCATE and writes them for DuckDB.</summary>
internal sealed class DmlTranslator
{
    private const string Inserted = "number of rows inserted", Updated = "number of rows updated", Deleted = "number of rows deleted";

    private readonly TokenReader _reader;
    private readonly SqlContext _context;
    private readonly References _references;
    private readonly QueryTranslator _query;

    private DmlTranslator(string text, SqlContext context, References references)
    {
        _reader = new TokenReader(text);
        _context = context;
        _references = references;
        _query = new QueryTranslator(_reader, context, references) { AccessRole = context.Role };
        references.NeedsWarehouse = true;
    }

    public static DmlPlan Translate(string text, SqlContext context, References references)
    {
        var translator = new DmlTranslator(text, context, references);
        var plan = translator.Read();
        translator._reader.TrySymbol(";");
        return translator._reader.AtEnd ? plan : throw translator._reader.Unexpected();
    }

    private DmlPlan Read()
    {
        if (_reader.TryTake("INSERT"))
            return Insert();
        if (_reader.TryTake("UPDATE"))
            return Update();
        if (_reader.TryTake("DELETE"))
            return Delete();
        if (_reader.TryTake("MERGE"))
            return Merge();
        _reader.Expect("TRUNCATE");
        _reader.TryTake("TABLE");
        var table = Target("TRUNCATE");
        if (_context.Session.Transaction is not null)
            throw SqlException.NotEmulated("TRUNCATE in a transaction");
        return Delete(table, $"DELETE FROM {table.Physical}", "TRUE");
    }

    private TableObject Target(string privilege) => _context.Resolve<TableObject>(ObjectKind.Table, _reader.Name(), privilege);

    private (TableObject Table, string Alias) AliasedTarget(string privilege)
    {
        var name = _reader.Name();
        var table = _context.Resolve<TableObject>(ObjectKind.Table, name, privilege);
        var alias = _reader.TryTake("AS") || (_reader.Current.Kind is TokenKind.Word or TokenKind.Quoted && !(_reader.Is("SET") || _reader.Is("USING") || _reader.Is("WHERE")))
            ? _reader.Identifier()
            : name.Last;
        return (table, DuckName.Quote(alias));
    }

    private static TableColumn Column(TableObject table, string name) => table.Column(name)
        ?? throw new SqlException("000904", "42000", $"SQL compilation error:\ninvalid identifier '{ObjectName.Quote(name)}'");

    private string NewColumn(TableObject table)
    {
        var name = _reader.Identifier();
        if (_reader.TrySymbol("."))
            name = _reader.Identifier();
        return DuckName.Quote(Column(table, name).Name);
    }

    private DmlPlan Insert()
    {
        if (_reader.Is("OVERWRITE") || _reader.Is("ALL") || _reader.Is("FIRST"))
            throw SqlException.NotEmulated($"INSERT {_reader.Current.Text}");
        _reader.Expect("INTO");
        var table = Target("INSERT");
        var columns = table.Columns.Select(column => DuckName.Quote(column.Name)).ToList();
        if (_reader.TrySymbol("("))
        {
            columns.Clear();
            do
                columns.Add(NewColumn(table));
            while (_reader.TrySymbol(","));
            _reader.ExpectSymbol(")");
        }
        var query = _query.Query();
        return new DmlPlan("INSERT", table, $"INSERT INTO {table.Physical} ({string.Join(", ", columns)}, \"$tx\") SELECT *, {DmlPlan.TransactionMark} FROM ({query})") { Counts = [Inserted] };
    }

    private DmlPlan Update()
    {
        var (table, alias) = AliasedTarget("UPDATE");
        RefuseStreams(table, "UPDATE");
        _reader.Expect("SET");
        var sql = new StringBuilder($"UPDATE {table.Physical} AS {alias} SET {Assignments(table)}");
        if (_reader.TryTake("FROM"))
            sql.Append(" FROM ").Append(_query.FromClause());
        if (_reader.TryTake("WHERE"))
            sql.Append(" WHERE ").Append(_query.Expression());
        return new DmlPlan("UPDATE", table, sql.ToString()) { Counts = [Updated] };
    }

    private string Assignments(TableObject table)
    {
        var assignments = new List<string>();
        do
        {
            var column = NewColumn(table);
            _reader.ExpectSymbol("=");
            assignments.Add($"{column} = {_query.Expression()}");
        }
        while (_reader.TrySymbol(","));
        return string.Join(", ", assignments);
    }

    private void RefuseStreams(TableObject table, string verb)
    {
        if (_context.Account.HasStreams(table))
            throw SqlException.NotEmulated($"{verb} of a table with an append-only stream");
    }

    private DmlPlan Delete()
    {
        _reader.Expect("FROM");
        var (table, alias) = AliasedTarget("DELETE");
        var sql = $"DELETE FROM {table.Physical} AS {alias}";
        if (_reader.TryTake("USING"))
        {
            RefuseStreams(table, "DELETE USING");
            sql += $" USING {_query.FromClause()}";
        }
        var condition = _reader.TryTake("WHERE") ? _query.Expression() : "TRUE";
        return Delete(table, $"{sql} WHERE {condition}", condition, alias);
    }

    private DmlPlan Delete(TableObject table, string sql, string condition, string? alias = null)
    {
        string? keep = null;
        if (_context.Account.HasStreams(table))
        {
            var columns = string.Join(", ", table.Columns.Select(column => DuckName.Quote(column.Name)));
            keep = $"INSERT INTO {table.Gone} ({columns}, \"$tx\") SELECT {columns}, \"$tx\" FROM {table.Physical} AS {alias ?? "t"} WHERE {condition} "
                + $"AND \"$tx\" IN (SELECT tx FROM sys_commits WHERE tbl = {table.Id} AND n > (SELECT min(position) FROM sys_streams WHERE tbl = {table.Id}))";
        }
        return new DmlPlan("DELETE", table, sql) { Counts = [Deleted], KeepForStreams = keep };
    }

    private DmlPlan Merge()
    {
        _reader.Expect("INTO");
        var (table, alias) = AliasedTarget("SELECT");
        _reader.Expect("USING");
        var source = _query.TableFactor();
        _reader.Expect("ON");
        var on = _query.Expression();
        var clauses = new StringBuilder();
        var matched = new List<(string Condition, bool Update)>();
        var counts = new List<string>();
        while (_reader.TryTake("WHEN"))
        {
            if (_reader.TryTake("NOT", "MATCHED"))
            {
                if (_reader.Is("BY"))
                    throw _reader.Unexpected();
                clauses.Append(" WHEN NOT MATCHED").Append(Insertion(table));
                Add(counts, Inserted);
                continue;
            }
            _reader.Expect("MATCHED");
            var condition = _reader.TryTake("AND") ? _query.Expression() : null;
            _reader.Expect("THEN");
            clauses.Append(" WHEN MATCHED").Append(condition is null ? "" : $" AND {condition}").Append(" THEN ");
            var update = !_reader.TryTake("DELETE");
            if (update)
            {
                _reader.Expect("UPDATE", "SET");
                _context.Account.Access.Require(_context.Role, "UPDATE", table);
                clauses.Append("UPDATE SET ").Append(Assignments(table));
            }
            else
            {
                _context.Account.Access.Require(_context.Role, "DELETE", table);
                clauses.Append("DELETE");
            }
            matched.Add((condition ?? "TRUE", update));
            Add(counts, update ? Updated : Deleted);
        }
        if (clauses.Length == 0)
            throw _reader.Unexpected();
        if (matched.Count > 0)
            RefuseStreams(table, "MERGE");
        var target = $"{table.Physical} AS {alias}";
        return new DmlPlan("MERGE", table, $"MERGE INTO {target} USING {source} ON {on}{clauses}")
        {
            Counts = [.. new[] { Inserted, Updated, Deleted }.Where(counts.Contains)],
            Check = NondeterminismCheck(target, alias, source, on, matched),
        };
    }

    private static void Add(List<string> counts, string name)
    {
        if (!counts.Contains(name))
            counts.Add(name);
    }

    private string Insertion(TableObject table)
    {
        var sql = new StringBuilder();
        if (_reader.TryTake("AND"))
            sql.Append(" AND ").Append(_query.Expression());
        _reader.Expect("THEN", "INSERT");
        _context.Account.Access.Require(_context.Role, "INSERT", table);
        var columns = table.Columns.Select(column => DuckName.Quote(column.Name)).ToList();
        if (_reader.TrySymbol("("))
        {
            columns.Clear();
            do
                columns.Add(NewColumn(table));
            while (_reader.TrySymbol(","));
            _reader.ExpectSymbol(")");
        }
        _reader.Expect("VALUES");
        _reader.ExpectSymbol("(");
        var values = new List<string>();
        do
            values.Add(_query.Expression());
        while (_reader.TrySymbol(","));
        _reader.ExpectSymbol(")");
        if (values.Count != columns.Count)
            throw new SqlException("001003", "42601", $"SQL compilation error:\nInsert value list does not match column list expecting {columns.Count} but got {values.Count}");
        return sql.Append($" THEN INSERT ({string.Join(", ", columns)}, \"$tx\") VALUES ({string.Join(", ", values)}, {DmlPlan.TransactionMark})").ToString();
    }

    /// <summary>A target row that several source rows would update, or update and delete, is an error in Snowflake.</summary>
    private string? NondeterminismCheck(string target, string alias, string source, string on, List<(string Condition, bool Update)> matched)
    {
        if (!matched.Exists(clause => clause.Update) || _context.Session.Properties.Scalar("ERROR_ON_NONDETERMINISTIC_MERGE") is "FALSE")
            return null;
        var arms = string.Join(" ", matched.Select(clause => $"WHEN {clause.Condition} THEN {(clause.Update ? "TRUE" : "FALSE")}"));
        return $"SELECT 1 FROM (SELECT {alias}.rowid AS r, CASE {arms} END AS u FROM {target} JOIN {source} ON {on}) WHERE u IS NOT NULL GROUP BY r HAVING count(*) > 1 AND bool_or(u) LIMIT 1";
    }
}
