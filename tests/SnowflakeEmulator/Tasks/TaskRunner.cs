namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Runs tasks: one instance of each at a time, not more often than its interval, only when its condition holds.</summary>
internal sealed class TaskRunner(EmulatedAccount account) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private Thread? _thread;

    public void Start()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "tasks" };
        _thread.Start();
    }

    public static void Ask(TaskObject task) => task.Asked = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _thread?.Join();
        await Task.WhenAll(_running).ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Loop()
    {
        using var session = account.OpenAs("ACCOUNTADMIN");
        while (!_stop.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(50)))
        {
            _running.RemoveAll(run => run.IsCompleted);
            foreach (var task in account.Catalog.Of<TaskObject>().Where(task => !task.Running && IsDue(session, task)))
            {
                task.Running = true;
                task.Asked = false;
                task.LastStart = account.Clock.Elapsed;
                _running.Add(Task.Run(() => Run(task)));
            }
        }
    }

    private bool IsDue(SqlSession session, TaskObject task)
    {
        if (task.Asked)
            return true;
        if (!task.Started)
            return false;
        var interval = task.Schedule is { } schedule ? TaskRules.Period(schedule) : TimeSpan.FromSeconds(task.TriggerIntervalSeconds);
        if (task.LastStart is { } last && account.Clock.Elapsed - last < interval)
            return false;
        return task.Condition is null || Holds(session, task);
    }

    private bool Holds(SqlSession session, TaskObject task)
    {
        var faults = account.Faults;
        try
        {
            if (Condition(session, task))
                return !IsGivenUp(session, task);
        }
        catch (SqlException exception)
        {
            account.Counters.Add($"tasks.conditionFailed.{exception.Code}");
            return false;
        }
        // Once per interval, not once per look at the clock.
        if (faults.Options.SpuriousStreamData <= 0 || task.LastStart is null)
            return false;
        if (faults.Happens(faults.Options.SpuriousStreamData, "spuriousStreamData"))
            return true;
        task.LastStart = account.Clock.Elapsed;
        return false;
    }

    /// <summary>It failed, is not to be tried again, and nothing has arrived since.</summary>
    private bool IsGivenUp(SqlSession session, TaskObject task) =>
        account.Faults.Options.NoRetryOfFailedTasks && task.FailedAt is { } mark && Arrived(session, task) <= mark;

    /// <summary>The last commit into the tables of the task's streams.</summary>
    private long Arrived(SqlSession session, TaskObject task)
    {
        var context = Context(session, task);
        var tables = TaskRules.Streams(task.Condition!).Select(name => context.Resolve<StreamObject>(ObjectKind.Stream, name, "SELECT").TableId);
        return session.Duck.Number($"SELECT max(n) FROM sys_commits WHERE tbl IN ({string.Join(", ", tables)})");
    }

    private SqlContext Context(SqlSession session, TaskObject task) => new(account, session, task.Owner!, task.Name.Parts[0], task.Name.Parts[1]);

    private bool Condition(SqlSession session, TaskObject task)
    {
        var context = Context(session, task);
        var sql = QueryTranslator.TranslateExpression(task.Condition!, context, new References());
        return session.Duck.Any($"SELECT 1 WHERE {sql}");
    }

    private void Run(TaskObject task)
    {
        var queryId = Guid.NewGuid().ToString();
        var started = account.Clock.Now;
        SqlException? failure = null;
        string? returned = null;
        try
        {
            if (task.Owner is null || !account.Access.HasOnAccount(task.Owner, "EXECUTE TASK"))
                throw new SqlException("091088", "42501", "Cannot execute task, EXECUTE TASK privilege must be granted to owner role");
            using var session = account.OpenAs(task.Owner);
            (session.Database, session.Schema) = (task.Name.Parts[0], task.Name.Parts[1]);
            session.Warehouse = task.Warehouse is { } warehouse ? ObjectName.Parse(warehouse).Last : null;
            session.FailAfter = account.Faults.FailureOfTask();
            var statement = StatementParser.ParseAll(task.Definition)[0];
            var result = account.Execute(session, statement, []);
            returned = result.Rows is [[var value, ..], ..] ? value : null;
            task.FailuresInARow = 0;
        }
        catch (SqlException exception)
        {
            failure = exception;
            task.FailuresInARow++;
        }
        catch (Exception exception)
        {
            failure = account.Broken(exception);
            task.FailuresInARow++;
        }
        task.FailedAt = failure is not null && task.Condition is not null && account.Faults.Options.NoRetryOfFailedTasks ? Arrived(task) : null;
        Record(task, queryId, started, failure, returned);
        if (failure is not null && task.SuspendAfterFailures > 0 && task.FailuresInARow >= task.SuspendAfterFailures)
            Suspend(task);
        account.Counters.Add(failure is null ? "tasks.succeeded" : "tasks.failed");
        task.Running = false;
    }

    private long? Arrived(TaskObject task)
    {
        try
        {
            using var session = account.OpenAs(task.Owner ?? "ACCOUNTADMIN");
            return Arrived(session, task);
        }
        catch (SqlException exception)
        {
            // Its stream is gone or hidden: the condition fails as well, and that is counted there.
            account.Counters.Add($"tasks.conditionFailed.{exception.Code}");
            return null;
        }
    }

    private void Suspend(TaskObject task)
    {
        using var session = account.OpenAs(task.Owner ?? "ACCOUNTADMIN");
        account.Execute(session, $"ALTER TASK {task.Name} SUSPEND");
        account.Counters.Add("tasks.suspendedByFailures");
    }

    private void Record(TaskObject task, string queryId, DateTimeOffset started, SqlException? failure, string? returned)
    {
        using var duck = account.Store.Open();
        var from = (started - DateTimeOffset.UnixEpoch).Ticks / 10;
        var to = (account.Clock.Now - DateTimeOffset.UnixEpoch).Ticks / 10;
        duck.Execute(
            $"INSERT INTO sys_task_runs VALUES ('{queryId}', {DuckName.Text(task.Name.Last)}, {DuckName.Text(task.Name.Parts[0])}, {DuckName.Text(task.Name.Parts[1])}, "
            + $"'{(failure is null ? "SUCCEEDED" : "FAILED")}', {(failure is null ? "NULL" : DuckName.Text(failure.Code))}, {(failure is null ? "NULL" : DuckName.Text(failure.Message))}, "
            + $"make_timestamptz({from}), make_timestamptz({from}), make_timestamptz({to}), {(returned is null ? "NULL" : DuckName.Text(returned))})");
    }
}
