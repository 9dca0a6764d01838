namespace CustomerTrack.SnowflakeEmulator;

/// <summary>
/// Begins and ends transactions. Commits get consecutive numbers: a stream's position is such a number, and what a stream shows
/// are the rows of the transactions with higher ones.
/// </summary>
internal sealed class Transactions(DuckStore store, TimeSpan lockTimeout)
{
    private readonly Lock _commit = new();
    private long _lastTransaction;
    private long _lastCommit;

    public TableLocks Locks { get; } = new(lockTimeout);

    public void Load()
    {
        using var session = store.Open();
        _lastTransaction = session.Number("SELECT max(tx) FROM sys_commits");
        _lastCommit = session.Number("SELECT max(n) FROM sys_commits");
    }

    public void Begin(SqlSession session, int procedureDepth)
    {
        session.Transaction = Create(procedureDepth);
        Open(session);
    }

    /// <summary>A transaction whose locks may be taken before its snapshot is.</summary>
    public SqlTransaction Create(int procedureDepth) => new(Interlocked.Increment(ref _lastTransaction), procedureDepth);

    public static void Open(SqlSession session)
    {
        session.Duck.Execute("BEGIN TRANSACTION");
        // The snapshot is taken by the first read, and a stream shows what was there when the transaction began.
        session.Duck.Number("SELECT count(*) FROM sys_streams");
    }

    public void Commit(SqlSession session)
    {
        var transaction = session.Transaction ?? throw new InvalidOperationException("No transaction is open.");
        try
        {
            lock (_commit)
            {
                var duck = session.Duck;
                foreach (var stream in transaction.Consumed)
                    duck.Execute($"UPDATE sys_streams SET position = (SELECT coalesce(max(n), 0) FROM sys_commits) WHERE id = {stream.Id}");
                if (transaction.Inserted.Count > 0)
                {
                    var number = _lastCommit + 1;
                    duck.Execute($"INSERT INTO sys_commits VALUES {string.Join(", ", transaction.Inserted.Select(table => $"({transaction.Id}, {number}, {table})"))}");
                }
                duck.Execute("COMMIT");
                if (transaction.Inserted.Count > 0)
                    _lastCommit++;
            }
        }
        catch (SqlException)
        {
            Rollback(session);
            throw;
        }
        End(session, transaction);
    }

    public static void Rollback(SqlSession session)
    {
        var transaction = session.Transaction ?? throw new InvalidOperationException("No transaction is open.");
        try
        {
            session.Duck.Execute("ROLLBACK");
        }
        catch (SqlException exception) when (exception.Message.Contains("no transaction is active", StringComparison.Ordinal))
        {
            // DuckDB has ended it by itself: the commit failed.
        }
        finally
        {
            End(session, transaction);
        }
    }

    private static void End(SqlSession session, SqlTransaction transaction)
    {
        session.Transaction = null;
        foreach (var held in transaction.Locks)
            held.Dispose();
    }
}
