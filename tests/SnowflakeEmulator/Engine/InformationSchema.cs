using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>INFORMATION_SCHEMA: the views and table functions that the emulator knows, as queries for DuckDB.</summary>
internal static class InformationSchema
{
    public static string View(ObjectName name, SqlContext context)
    {
        var database = name.Parts.Count == 3
            ? name.Parts[0]
            : context.Database ?? throw new SqlException("090105", "22000", "Cannot perform operation. This session does not have a current database.");
        var catalog = context.Account.Catalog;
        var visible = catalog.All.Where(item => Kinds.InSchema(item.Kind) && item.Name.Parts[0] == database && context.Account.Access.Sees(context.Role, item)).OrderBy(item => item.Name.ToString(), StringComparer.Ordinal).ToList();
        return name.Last switch
        {
            "COLUMNS" => Values(
                ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "ORDINAL_POSITION", "COLUMN_DEFAULT", "IS_NULLABLE", "DATA_TYPE", "CHARACTER_MAXIMUM_LENGTH", "NUMERIC_PRECISION", "NUMERIC_SCALE", "DATETIME_PRECISION", "COMMENT"],
                ["VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "VARCHAR"],
                visible.SelectMany(Columns)),
            "TABLES" => Values(
                ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "TABLE_OWNER", "TABLE_TYPE", "IS_TRANSIENT", "COMMENT"],
                ["VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"],
                visible.Where(item => item is TableObject or ViewObject).Select(item => new string?[]
                {
                    item.Name.Parts[0], item.Name.Parts[1], item.Name.Parts[2], item.Owner, item is ViewObject ? "VIEW" : "BASE TABLE", item is TableObject { Transient: true } ? "YES" : "NO", item.Comment,
                })),
            "VIEWS" => Values(
                ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "TABLE_OWNER", "VIEW_DEFINITION", "IS_SECURE", "COMMENT"],
                ["VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"],
                visible.OfType<ViewObject>().Select(view => new string?[]
                {
                    view.Name.Parts[0], view.Name.Parts[1], view.Name.Parts[2], view.Owner, view.Text, view.Secure ? "YES" : "NO", view.Comment,
                })),
            "SCHEMATA" => Values(
                ["CATALOG_NAME", "SCHEMA_NAME", "SCHEMA_OWNER"],
                ["VARCHAR", "VARCHAR", "VARCHAR"],
                catalog.All.Where(item => item.Kind == ObjectKind.Schema && item.Name.Parts[0] == database && context.Account.Access.Sees(context.Role, item)).Select(item => new string?[] { item.Name.Parts[0], item.Name.Parts[1], item.Owner })),
            "PIPES" => Values(
                ["PIPE_CATALOG", "PIPE_SCHEMA", "PIPE_NAME", "PIPE_OWNER", "DEFINITION", "IS_AUTOINGEST_ENABLED"],
                ["VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"],
                visible.OfType<PipeObject>().Select(pipe => new string?[] { pipe.Name.Parts[0], pipe.Name.Parts[1], pipe.Name.Parts[2], pipe.Owner, pipe.Definition, pipe.AutoIngest ? "YES" : "NO" })),
            _ => throw SqlException.NotEmulated($"INFORMATION_SCHEMA.{name.Last}"),
        };
    }

    public static string Function(ObjectName name, IReadOnlyDictionary<string, string> arguments, SqlContext context)
    {
        if (name.Parts.Count > 1 && name.Parts[^2] != "INFORMATION_SCHEMA")
            throw SqlException.NotFound("Table function", name.ToString());
        return name.Last switch
        {
            "COPY_HISTORY" => CopyHistory(arguments, context),
            "TASK_HISTORY" => TaskHistory(arguments, context),
            _ => throw SqlException.NotEmulated($"the table function {name}"),
        };
    }

    private static string CopyHistory(IReadOnlyDictionary<string, string> arguments, SqlContext context)
    {
        Only(arguments, "COPY_HISTORY", "TABLE_NAME", "START_TIME", "END_TIME");
        if (!arguments.TryGetValue("TABLE_NAME", out var text) || !arguments.TryGetValue("START_TIME", out var start))
            throw SqlException.Invalid("COPY_HISTORY needs TABLE_NAME and START_TIME.");
        var table = context.Resolve<TableObject>(ObjectKind.Table, ObjectName.Parse(Constant(context, text)), null);
        if (!context.Account.Access.Owns(context.Role, table) && !table.Grants.Any(grant => context.Account.Access.Closure(context.Role).Contains(grant.Role)))
            throw SqlException.Denied("table", table.Name.Last);
        var end = arguments.TryGetValue("END_TIME", out var until) ? $" AND loaded < CAST({until} AS TIMESTAMPTZ)" : "";
        // The pipe's catalog and schema are parts of its name; a name with dots in it does not occur in the emulator's tests.
        return "SELECT path AS \"FILE_NAME\", stage AS \"STAGE_LOCATION\", loaded AS \"LAST_LOAD_TIME\", inserted AS \"ROW_COUNT\", parsed AS \"ROW_PARSED\", size AS \"FILE_SIZE\", "
            + "first_error AS \"FIRST_ERROR_MESSAGE\", CAST(NULL AS BIGINT) AS \"FIRST_ERROR_LINE_NUMBER\", CAST(NULL AS BIGINT) AS \"FIRST_ERROR_CHARACTER_POS\", CAST(NULL AS VARCHAR) AS \"FIRST_ERROR_COLUMN_NAME\", "
            + "errors AS \"ERROR_COUNT\", CAST(1 AS BIGINT) AS \"ERROR_LIMIT\", CASE status WHEN 'LOADED' THEN 'Loaded' WHEN 'LOAD_FAILED' THEN 'Load failed' ELSE 'Load in progress' END AS \"STATUS\", "
            + $"{DuckName.Text(table.Name.Parts[0])} AS \"TABLE_CATALOG_NAME\", {DuckName.Text(table.Name.Parts[1])} AS \"TABLE_SCHEMA_NAME\", {DuckName.Text(table.Name.Parts[2])} AS \"TABLE_NAME\", "
            + "split_part(pipe_name, '.', 1) AS \"PIPE_CATALOG_NAME\", split_part(pipe_name, '.', 2) AS \"PIPE_SCHEMA_NAME\", split_part(pipe_name, '.', 3) AS \"PIPE_NAME\", received AS \"PIPE_RECEIVED_TIME\" "
            + $"FROM sys_loads WHERE status <> 'QUEUED' AND table_name = {DuckName.Text(table.Name.ToString())} AND loaded >= CAST({start} AS TIMESTAMPTZ){end}";
    }

    private static string TaskHistory(IReadOnlyDictionary<string, string> arguments, SqlContext context)
    {
        Only(arguments, "TASK_HISTORY", "TASK_NAME", "RESULT_LIMIT", "SCHEDULED_TIME_RANGE_START", "SCHEDULED_TIME_RANGE_END", "ERROR_ONLY");
        var access = context.Account.Access;
        var visible = context.Account.Catalog.Of<TaskObject>()
            .Where(task => access.Owns(context.Role, task) || access.Has(context.Role, "MONITOR", task) || access.HasOnAccount(context.Role, "MONITOR EXECUTION"))
            .Select(task => $"(name = {DuckName.Text(task.Name.Last)} AND db = {DuckName.Text(task.Name.Parts[0])} AND sch = {DuckName.Text(task.Name.Parts[1])})")
            .ToList();
        var where = visible.Count == 0 ? "FALSE" : $"({string.Join(" OR ", visible)})";
        if (arguments.TryGetValue("TASK_NAME", out var name))
            where += $" AND upper(name) = upper({DuckName.Text(Constant(context, name))})";
        if (arguments.TryGetValue("SCHEDULED_TIME_RANGE_START", out var from))
            where += $" AND scheduled >= CAST({from} AS TIMESTAMPTZ)";
        if (arguments.TryGetValue("SCHEDULED_TIME_RANGE_END", out var to))
            where += $" AND scheduled < CAST({to} AS TIMESTAMPTZ)";
        if (arguments.TryGetValue("ERROR_ONLY", out var only))
            where += $" AND (state = 'FAILED' OR NOT {only})";
        var limit = arguments.GetValueOrDefault("RESULT_LIMIT", "100");
        return "SELECT query_id AS \"QUERY_ID\", name AS \"NAME\", db AS \"DATABASE_NAME\", sch AS \"SCHEMA_NAME\", state AS \"STATE\", error_code AS \"ERROR_CODE\", error_message AS \"ERROR_MESSAGE\", "
            + "scheduled AS \"SCHEDULED_TIME\", started AS \"QUERY_START_TIME\", completed AS \"COMPLETED_TIME\", return_value AS \"RETURN_VALUE\" "
            + $"FROM sys_task_runs WHERE {where} ORDER BY scheduled DESC LIMIT {limit}";
    }

    private static void Only(IReadOnlyDictionary<string, string> arguments, string function, params ReadOnlySpan<string> names)
    {
        foreach (var argument in arguments.Keys)
        {
            if (!names.Contains(argument))
                throw SqlException.Invalid($"unknown argument '{argument}' of {function}.");
        }
    }

    private static string Constant(SqlContext context, string sql) => context.Session.Duck.Scalar($"SELECT {sql}") ?? throw SqlException.Invalid("A name must not be NULL.");

    private static IEnumerable<string?[]> Columns(CatalogObject item)
    {
        var columns = item switch { TableObject table => table.Columns, ViewObject view => view.Columns, _ => null };
        return (columns ?? []).Select((column, i) => new string?[]
        {
            item.Name.Parts[0], item.Name.Parts[1], item.Name.Parts[2], column.Name, Number(i + 1), column.Default, column.NotNull ? "NO" : "YES",
            column.Type.Kind switch { "FIXED" => "NUMBER", "REAL" => "FLOAT", var kind => kind },
            column.Type.Kind == "TEXT" ? Number(column.Type.Size) : null, column.Type.Kind == "FIXED" ? Number(column.Type.Size) : null,
            column.Type.Kind == "FIXED" ? Number(column.Type.Scale) : null, column.Type.Kind.StartsWith("TIME", StringComparison.Ordinal) ? Number(column.Type.Scale) : null, column.Comment,
        });
    }

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string Values(string[] names, string[] types, IEnumerable<string?[]> rows)
    {
        var list = rows.ToList();
        var select = string.Join(", ", names.Select((name, i) => $"CAST(c{i} AS {types[i]}) AS \"{name}\""));
        var columns = string.Join(", ", names.Select((_, i) => $"c{i}"));
        return list.Count == 0
            ? $"SELECT {string.Join(", ", names.Select((name, i) => $"CAST(NULL AS {types[i]}) AS \"{name}\""))} WHERE FALSE"
            : $"SELECT {select} FROM (VALUES {string.Join(", ", list.Select(row => $"({string.Join(", ", row.Select(value => value is null ? "NULL" : DuckName.Text(value)))})"))}) AS v({columns})";
    }
}
