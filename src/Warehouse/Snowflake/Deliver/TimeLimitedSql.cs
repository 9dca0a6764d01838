namespace CustomerTrack.Snowflake;

/// <summary>A client whose statements end in time: one that waits in the queue of a busy warehouse must not hold up announcements.</summary>
internal sealed class TimeLimitedSql(ISnowflakeSql sql, TimeSpan limit, TimeProvider time) : ISnowflakeSql
{
    public Task<SnowflakeRows> QueryAsync(string statement, IReadOnlyList<string> binds, CancellationToken cancellationToken = default) =>
        LimitAsync(limited => sql.QueryAsync(statement, binds, limited), cancellationToken);

    public Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken = default) =>
        LimitAsync(
            async limited =>
            {
                await sql.ExecuteAsync(statements, limited);
                return true;
            },
            cancellationToken);

    public ValueTask DisposeAsync() => sql.DisposeAsync();

    private async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        using var limited = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellationToken);
        try
        {
            return await run(either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SnowflakeException($"Snowflake did not answer within {limit:c}; the statement was cancelled. Its warehouse may be busy with other queries.", late) { IsTransient = true };
        }
    }
}
