using System.Collections.Concurrent;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Statements by their handles, and by the ids of the requests that sent them.</summary>
internal sealed class StatementRuns(EmulatedAccount account)
{
    private readonly ConcurrentDictionary<string, StatementRun> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StatementRun> _requests = new(StringComparer.Ordinal);

    public StatementRun? Find(string handle) => _runs.GetValueOrDefault(handle);

    public StatementRun? OfRequest(string requestId) => _requests.GetValueOrDefault(requestId);

    /// <summary>Runs statements one after the other in the session, which is closed at the end when <paramref name="close"/> says so.</summary>
    public StatementRun Start(SqlSession session, string user, IReadOnlyList<Statement> statements, IReadOnlyList<BindValue> binds, bool close, string? requestId, bool nullAsText)
    {
        var handle = NewHandle();
        var task = Task.Run<IReadOnlyList<StatementResult>>(() =>
        {
            try
            {
                return [.. statements.Select(statement => account.Execute(session, statement, binds))];
            }
            finally
            {
                session.LastQueryId = handle;
                if (close)
                    session.Dispose();
            }
        });
        var run = new StatementRun(handle, user, task, account.Clock.Now) { NullAsText = nullAsText };
        if (statements.Count > 1)
            run.Children = [.. statements.Select((_, i) => Child(run, i).Handle)];
        _runs[handle] = run;
        if (requestId is not null)
            _requests[requestId] = run;
        return run;
    }

    private StatementRun Child(StatementRun parent, int index)
    {
        var child = new StatementRun(NewHandle(), parent.User, One(), parent.Created) { NullAsText = parent.NullAsText };
        _runs[child.Handle] = child;
        return child;

        async Task<IReadOnlyList<StatementResult>> One() => [(await parent.Task.ConfigureAwait(false))[index]];
    }

    private static string NewHandle() => Guid.NewGuid().ToString();
}
