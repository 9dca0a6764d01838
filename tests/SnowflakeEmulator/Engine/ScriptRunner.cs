using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Runs Snowflake Scripting: procedures, anonymous blocks, bodies of tasks.</summary>
internal sealed class ScriptRunner(EmulatedAccount account, StatementExecutor executor)
{
    private readonly Dictionary<string, SqlException> _declared = new(StringComparer.Ordinal);

    public StatementResult Call(SqlContext context, string text)
    {
        var reader = new TokenReader(text);
        reader.Expect("CALL");
        var name = reader.Name();
        var arguments = Arguments(reader, context);
        var procedure = context.Resolve<ProcedureObject>(ObjectKind.Procedure, name, "USAGE");
        if (arguments.Count != procedure.Arguments.Count)
            throw SqlException.NotFound("Procedure", $"{procedure.Name} with {arguments.Count} arguments");
        var inside = context with
        {
            Role = procedure.AsOwner ? procedure.Owner! : context.Role,
            Database = procedure.Name.Parts[0],
            Schema = procedure.Name.Parts[1],
            Variables = new(StringComparer.Ordinal),
            Binds = [],
            ProcedureDepth = context.ProcedureDepth + 1,
        };
        foreach (var ((argument, type), value) in procedure.Arguments.Zip(arguments))
            inside.Variables[argument] = $"CAST({value} AS {type.Duck})";
        using var warehouse = executor.UseWarehouse(context);
        return Run(inside, procedure.Body, procedure.Name.Last);
    }

    public StatementResult Anonymous(SqlContext context, ScriptNode.Block block) =>
        Run(context with { Variables = new(StringComparer.Ordinal), Binds = [], ProcedureDepth = context.ProcedureDepth + 1 }, block, "anonymous block");

    public static void Into(SqlContext context, List<string> variables, StatementResult result)
    {
        if (result.Rows.Count != 1)
            throw new SqlException("100134", "02000", $"SELECT INTO expects exactly one row, got {result.Rows.Count}.");
        if (variables.Count != result.Columns.Count)
            throw SqlException.Invalid($"SELECT INTO has {variables.Count} variables and {result.Columns.Count} columns.");
        for (var i = 0; i < variables.Count; i++)
        {
            if (!context.Variables!.ContainsKey(variables[i]))
                throw new SqlException("000904", "42000", $"SQL compilation error:\ninvalid identifier '{variables[i]}'");
            context.Variables[variables[i]] = Literal(result.Columns[i], result.Rows[0][i]);
        }
    }

    private static List<string> Arguments(TokenReader reader, SqlContext context)
    {
        var arguments = new List<string>();
        reader.ExpectSymbol("(");
        var from = reader.Index;
        for (var depth = 0; !(depth == 0 && reader.IsSymbol(")")); reader.Take())
        {
            if (reader.AtEnd)
                throw reader.Unexpected();
            depth += reader.IsSymbol("(") ? 1 : reader.IsSymbol(")") ? -1 : 0;
            if (depth != 0 || !reader.IsSymbol(","))
                continue;
            arguments.Add(Argument(reader.Slice(from, reader.Index), context));
            from = reader.Index + 1;
        }
        if (reader.Index > from)
            arguments.Add(Argument(reader.Slice(from, reader.Index), context));
        reader.ExpectSymbol(")");
        reader.TrySymbol(";");
        return reader.AtEnd ? arguments : throw reader.Unexpected();
    }

    private static string Argument(string text, SqlContext context) => QueryTranslator.TranslateExpression(text, context, new References());

    private StatementResult Run(SqlContext context, ScriptNode.Block block, string name)
    {
        string? returned = null;
        try
        {
            Block(context, block, current: null);
        }
        catch (ScriptReturn leaving)
        {
            returned = leaving.Literal;
        }
        catch
        {
            Leave(context, name, failed: true);
            throw;
        }
        Leave(context, name, failed: false);
        var result = returned is null ? new StatementResult([ResultColumn.Text("v")], [[null]], StatementResult.Call) : context.Session.Duck.Query($"SELECT {returned}", StatementResult.Call);
        return result with { Columns = [result.Columns[0] with { Name = name }] };
    }

    /// <summary>A transaction that a procedure leaves open is rolled back, and that is an error.</summary>
    private static void Leave(SqlContext context, string name, bool failed)
    {
        if (context.Session.Transaction is not { } open || open.ProcedureDepth != context.ProcedureDepth)
            return;
        Transactions.Rollback(context.Session);
        if (!failed)
            throw new SqlException("090232", "22000", $"Stored procedure execution error: Scoped transaction started in stored procedure is incomplete and it was rolled back. ({name})");
    }

    private void Block(SqlContext context, ScriptNode.Block block, SqlException? current)
    {
        Nodes(context, block.Declarations, current);
        try
        {
            Nodes(context, block.Body, current);
        }
        catch (SqlException exception) when (Handler(block, exception) is { } handler)
        {
            context.Variables!["SQLERRM"] = DuckName.Text(exception.Message);
            context.Variables["SQLCODE"] = exception.Code.TrimStart('0') is { Length: > 0 } code ? code : "0";
            context.Variables["SQLSTATE"] = DuckName.Text(exception.SqlState);
            Nodes(context, handler.Body, exception);
        }
    }

    private ScriptNode.Handler? Handler(ScriptNode.Block block, SqlException exception) => block.Handlers.FirstOrDefault(handler =>
        handler.Conditions.Any(condition => condition is "OTHER"
            || (condition is "STATEMENT_ERROR" && !_declared.ContainsValue(exception))
            || (_declared.TryGetValue(condition, out var declared) && ReferenceEquals(declared, exception))));

    private void Nodes(SqlContext context, IReadOnlyList<ScriptNode> nodes, SqlException? current)
    {
        foreach (var node in nodes)
            Node(context, node, current);
    }

    private void Node(SqlContext context, ScriptNode node, SqlException? current)
    {
        switch (node)
        {
            case ScriptNode.Run run:
                FaultPlan.InScript(context);
                Count(context, executor.Execute(context with { StatementStart = account.Clock.Now }, run.Statement));
                break;
            case ScriptNode.Assign assign:
                Assign(context, assign);
                break;
            case ScriptNode.If choice:
                Nodes(context, Chosen(context, choice), current);
                break;
            case ScriptNode.While loop:
                while (IsTrue(context, loop.Condition))
                    Nodes(context, loop.Body, current);
                break;
            case ScriptNode.Block block:
                Block(context, block, current);
                break;
            case ScriptNode.Return result:
                throw new ScriptReturn(result.Expression is null ? null : Evaluate(context, result.Expression));
            case ScriptNode.Raise raise:
                throw raise.Exception is null
                    ? current ?? throw SqlException.Invalid("RAISE without an exception outside of a handler.")
                    : _declared.GetValueOrDefault(raise.Exception) ?? throw new SqlException("000904", "42000", $"SQL compilation error:\ninvalid identifier '{raise.Exception}'");
            case ScriptNode.DeclareException declare:
                _declared[declare.Name] = new SqlException(Math.Abs(declare.Number).ToString("000000", CultureInfo.InvariantCulture), "P0001", declare.Message);
                break;
            case ScriptNode.Nothing:
                break;
            default:
                throw new InvalidOperationException(node.GetType().Name);
        }
    }

    private static void Count(SqlContext context, StatementResult result)
    {
        if (result.TypeId is StatementResult.Insert or StatementResult.Update or StatementResult.Delete or StatementResult.Merge)
            context.Variables!["SQLROWCOUNT"] = result.Rows[0].Sum(count => long.Parse(count!, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
    }

    private static void Assign(SqlContext context, ScriptNode.Assign assign)
    {
        if (!assign.Declares && !context.Variables!.ContainsKey(assign.Variable))
            throw new SqlException("000904", "42000", $"SQL compilation error:\ninvalid identifier '{assign.Variable}'");
        var value = assign.Expression is null ? "NULL" : Evaluate(context, assign.Expression);
        context.Variables![assign.Variable] = assign.Type is null ? value : $"CAST({value} AS {assign.Type.Duck})";
    }

    private static IReadOnlyList<ScriptNode> Chosen(SqlContext context, ScriptNode.If choice)
    {
        foreach (var (condition, body) in choice.Branches)
        {
            if (IsTrue(context, condition))
                return body;
        }
        return choice.Else;
    }

    private static bool IsTrue(SqlContext context, string condition) => Evaluate(context, condition) == "TRUE";

    /// <summary>The value of an expression as a literal.</summary>
    private static string Evaluate(SqlContext context, string expression)
    {
        var sql = QueryTranslator.TranslateExpression(expression, context, new References());
        var result = context.Session.Duck.Query($"SELECT {sql}", StatementResult.Select);
        return Literal(result.Columns[0], result.Rows[0][0]);
    }

    private static string Literal(ResultColumn column, string? value)
    {
        if (value is null)
            return "NULL";
        return column.Type switch
        {
            "boolean" => value == "1" ? "TRUE" : "FALSE",
            "fixed" => value,
            "real" => $"CAST('{value}' AS DOUBLE)",
            "date" => $"CAST(make_timestamp({value} * 86400000000) AS DATE)",
            "timestamp_ntz" => $"make_timestamp({Micros(value)})",
            "timestamp_ltz" => $"make_timestamptz({Micros(value)})",
            "variant" => $"CAST({DuckName.Text(value)} AS JSON)",
            "text" => DuckName.Text(value),
            _ => throw SqlException.NotEmulated($"a variable of type {column.Type}"),
        };
    }

    private static string Micros(string seconds) => $"CAST(CAST('{seconds}' AS DECIMAL(24,6)) * 1000000 AS BIGINT)";
}
