using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>
/// Runs statements that change the catalog. Each commits the open transaction first, changes DuckDB and the log of statements in
/// one transaction of its own, and the catalog in memory last. A restart reads the log.
/// </summary>
internal sealed class DdlExecutor(EmulatedAccount account)
{
    private readonly Lock _lock = new();
    private long _lastId;
    private long _lastLogged;

    public StatementResult Run(SqlContext context, Statement statement)
    {
        if (context.Session.Transaction is { } open)
        {
            if (open.ProcedureDepth != context.ProcedureDepth)
                throw new SqlException("090232", "0A000", "Modifying a transaction that has started at a different scope is not allowed.");
            account.Transactions.Commit(context.Session);
            account.Counters.Add("transactions.committedByDdl");
        }
        lock (_lock)
        {
            var change = Plan(context, statement, _lastId + 1, account.Clock.Now);
            if (change.Apply is null)
                return StatementResult.Status(change.Message);
            Persist(context, change.Log ?? statement.Text, change.Physical);
            _lastId += 2;
            change.Apply();
            return StatementResult.Status(change.Message);
        }
    }

    /// <summary>Reads the log of an account that was here before.</summary>
    public void Replay(SqlSession session)
    {
        var rows = session.Duck.Rows("SELECT n, id, epoch_us(made), role, db, sch, sql FROM sys_ddl ORDER BY n");
        foreach (var row in rows)
        {
            var context = new SqlContext(account, session, row[3]!, row[4], row[5]);
            var statement = StatementParser.ParseAll(row[6]!)[0];
            var id = long.Parse(row[1]!, CultureInfo.InvariantCulture);
            var at = DateTimeOffset.UnixEpoch.AddMicroseconds(long.Parse(row[2]!, CultureInfo.InvariantCulture));
            Plan(context, statement, id, at).Apply?.Invoke();
            _lastId = Math.Max(_lastId, id + 1);
            _lastLogged = long.Parse(row[0]!, CultureInfo.InvariantCulture);
        }
    }

    private void Persist(SqlContext context, string text, IReadOnlyList<string> physical)
    {
        var duck = context.Session.Duck;
        for (var attempt = 1; ; attempt++)
        {
            duck.Execute("BEGIN TRANSACTION");
            try
            {
                foreach (var sql in physical)
                    duck.Execute(sql);
                duck.Execute(
                    $"INSERT INTO sys_ddl VALUES ({_lastLogged + 1}, {_lastId + 1}, make_timestamptz({(account.Clock.Now - DateTimeOffset.UnixEpoch).Ticks / 10}), "
                    + $"{Literal(context.Role)}, {Literal(context.Database)}, {Literal(context.Schema)}, {Literal(text)})");
                duck.Execute("COMMIT");
                _lastLogged++;
                return;
            }
            catch (SqlException exception)
            {
                RollbackQuietly(duck);
                // Someone loads into the table at this moment; Snowflake would have waited.
                if (exception.Code != "000625" || attempt == 100)
                    throw;
                Thread.Sleep(20);
            }
        }
    }

    private static void RollbackQuietly(DuckSession duck)
    {
        try
        {
            duck.Execute("ROLLBACK");
        }
        catch (SqlException exception) when (exception.Message.Contains("no transaction is active", StringComparison.Ordinal))
        {
            // The commit failed, and DuckDB has ended the transaction.
        }
    }

    private static string Literal(string? text) => text is null ? "NULL" : DuckName.Text(text);

    private DdlChange Plan(SqlContext context, Statement statement, long id, DateTimeOffset at) => statement switch
    {
        Statement.Create create => new CreatePlanner(account, context, id, at).Plan(create),
        Statement.Drop drop => new DropPlanner(account, context).Plan(drop),
        Statement.Alter alter => new AlterPlanner(account, context).Plan(alter),
        Statement.Grant grant => new GrantPlanner(account, context).Plan(grant.Body),
        Statement.GrantRole grant => new GrantPlanner(account, context).Plan(grant),
        Statement.CommentOn comment => Comment(context, comment),
        _ => throw SqlException.NotEmulated(statement.GetType().Name),
    };

    private DdlChange Comment(SqlContext context, Statement.CommentOn comment)
    {
        var item = context.Resolve(comment.Kind, comment.Name);
        account.Access.Require(context.Role, "OWNERSHIP", item);
        return DdlChange.Of("Statement executed successfully.", () => item.Properties.Set("COMMENT", new PropertyValue(comment.Comment, null, null)));
    }
}
