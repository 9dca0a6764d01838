namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Runs one statement in a context.</summary>
internal sealed class StatementExecutor(EmulatedAccount account)
{
    public DdlExecutor Ddl { get; } = new(account);

    public StatementResult Execute(SqlContext context, Statement statement)
    {
        context.Session.NextBind = 0;
        account.Counters.Add($"statements.{statement.GetType().Name}{(statement is Statement.Dml dml ? "." + dml.Verb : "")}");
        return statement switch
        {
            Statement.Query => Query(context, statement.Text),
            Statement.Dml => Dml(context, statement.Text),
            Statement.Begin => Begin(context),
            Statement.Commit => End(context, commit: true),
            Statement.Rollback => End(context, commit: false),
            Statement.Use use => Use(context, use),
            Statement.SetSession set => SetSession(context, set),
            Statement.Show show => new ShowExecutor(context).Show(show.Request),
            Statement.Describe describe => new DescribeExecutor(context).Describe(describe.Kind, describe.Name),
            Statement.Call => new ScriptRunner(account, this).Call(context, statement.Text),
            Statement.Block block => new ScriptRunner(account, this).Anonymous(context, block.Body),
            Statement.ExecuteImmediate immediate => Immediate(context, immediate.Script),
            Statement.Copy copy => account.Files.Copy(context, copy.Body),
            Statement.ExecuteTask task => ExecuteTask(context, task.Name),
            Statement.ListStage list => account.Files.List(context, list.Stage),
            _ => Ddl.Run(context, statement),
        };
    }

    private StatementResult Query(SqlContext context, string text)
    {
        var references = new References();
        var sql = QueryTranslator.Translate(text, context, references);
        using var warehouse = references.NeedsWarehouse ? UseWarehouse(context) : null;
        var result = context.Session.Duck.Query(sql, StatementResult.Select);
        if (references.Into is { } variables)
            ScriptRunner.Into(context, variables, result);
        return result;
    }

    private StatementResult Dml(SqlContext context, string text)
    {
        var session = context.Session;
        var references = new References();
        var plan = DmlTranslator.Translate(text, context, references);
        using var warehouse = UseWarehouse(context);
        var own = session.Transaction is null;
        var transaction = session.Transaction ?? account.Transactions.Create(context.ProcedureDepth);
        try
        {
            var locks = references.Streams.Select(stream => stream.Id).ToList();
            if (plan.Locks)
                locks.Add(plan.Target.Id);
            account.Transactions.Locks.Take(transaction, locks);
            if (own)
            {
                session.Transaction = transaction;
                Transactions.Open(session);
            }
            var result = Run(session, transaction, plan);
            transaction.Consumed.UnionWith(references.Streams);
            if (own)
                account.Transactions.Commit(session);
            return result;
        }
        catch
        {
            if (own && session.Transaction is not null)
                Transactions.Rollback(session);
            else if (own)
                transaction.Locks.ForEach(held => held.Dispose());
            throw;
        }
    }

    private static StatementResult Run(SqlSession session, SqlTransaction transaction, DmlPlan plan)
    {
        if (plan.Check is not null && session.Duck.Any(plan.Check))
            throw new SqlException("100090", "42P18", "Duplicate row detected during DML action");
        if (plan.KeepForStreams is not null)
            session.Duck.Execute(plan.KeepForStreams);
        var sql = plan.Sql.Replace(DmlPlan.TransactionMark, transaction.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var typeId = plan.Verb switch { "INSERT" => StatementResult.Insert, "UPDATE" => StatementResult.Update, "DELETE" => StatementResult.Delete, _ => StatementResult.Merge };
        long[] counts;
        if (plan.Counts.Count == 1)
            counts = [session.Duck.Execute(sql)];
        else
        {
            var actions = session.Duck.Rows($"{sql} RETURNING merge_action").CountBy(row => row[0]!).ToDictionary(StringComparer.Ordinal);
            counts = [.. plan.Counts.Select(name => (long)actions.GetValueOrDefault(name.Split(' ')[^1] switch { "inserted" => "INSERT", "updated" => "UPDATE", _ => "DELETE" }))];
        }
        if (plan.Inserts)
            transaction.Inserted.Add(plan.Target.Id);
        return StatementResult.Counts(typeId, [.. plan.Counts.Zip(counts)]);
    }

    public IDisposable UseWarehouse(SqlContext context)
    {
        if (context.Session.Warehouse is { } name
            && account.Catalog.Find<WarehouseObject>(ObjectKind.Warehouse, ObjectName.Of(name)) is { } warehouse
            && account.Access.Has(context.Session.Role, "USAGE", warehouse))
            return warehouse.Use();
        throw new SqlException("000606", "57P03", "No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.");
    }

    private StatementResult Begin(SqlContext context)
    {
        if (context.Session.Transaction is { } open)
        {
            if (open.ProcedureDepth != context.ProcedureDepth)
                throw SqlException.NotEmulated("a transaction of a procedure inside of a transaction of its caller");
        }
        else
            account.Transactions.Begin(context.Session, context.ProcedureDepth);
        return StatementResult.Status("Statement executed successfully.", StatementResult.Transaction);
    }

    private StatementResult End(SqlContext context, bool commit)
    {
        if (context.Session.Transaction is { } open)
        {
            if (open.ProcedureDepth != context.ProcedureDepth)
                throw new SqlException("090232", "0A000", "Modifying a transaction that has started at a different scope is not allowed.");
            if (commit)
                account.Transactions.Commit(context.Session);
            else
                Transactions.Rollback(context.Session);
        }
        return StatementResult.Status("Statement executed successfully.", StatementResult.Transaction);
    }

    private StatementResult Use(SqlContext context, Statement.Use use)
    {
        var session = context.Session;
        var name = use.Name;
        switch (use.What)
        {
            case "ROLE":
                account.UseRole(session, name.Last);
                break;
            case "SECONDARY":
                break;
            case "WAREHOUSE":
                session.Warehouse = context.Resolve(ObjectKind.Warehouse, name).Name.Last;
                break;
            case "DATABASE":
                session.Database = context.Resolve(ObjectKind.Database, name).Name.Last;
                session.Schema = account.Catalog.Find(ObjectKind.Schema, ObjectName.Of(session.Database, "PUBLIC")) is null ? null : "PUBLIC";
                break;
            case "SCHEMA" or "NAMESPACE" when name.Parts.Count == 2 || use.What == "SCHEMA":
                var schema = context.Resolve(ObjectKind.Schema, name);
                (session.Database, session.Schema) = (schema.Name.Parts[0], schema.Name.Parts[1]);
                break;
            default:
                session.Database = context.Resolve(ObjectKind.Database, name).Name.Last;
                session.Schema = "PUBLIC";
                break;
        }
        return StatementResult.Status("Statement executed successfully.", StatementResult.Use);
    }

    private static StatementResult SetSession(SqlContext context, Statement.SetSession set)
    {
        context.Session.Set(set.Properties, set.Unset);
        return StatementResult.Status("Statement executed successfully.");
    }

    private StatementResult Immediate(SqlContext context, string script)
    {
        var statements = StatementParser.ParseAll(script);
        return statements.Count == 1
            ? Execute(context, statements[0])
            : throw SqlException.NotEmulated("EXECUTE IMMEDIATE of several statements outside of a block");
    }

    private static StatementResult ExecuteTask(SqlContext context, ObjectName name)
    {
        var task = context.Resolve<TaskObject>(ObjectKind.Task, name, "OPERATE");
        TaskRunner.Ask(task);
        return StatementResult.Status($"Task {task.Name.Last} is scheduled to run immediately.");
    }
}
