namespace CustomerTrack.Snowflake;

/// <summary>Runs SQL in Snowflake. Safe for concurrent use. Every failure is a <see cref="SnowflakeException"/>.</summary>
public interface ISnowflakeSql : IAsyncDisposable
{
    /// <summary>Runs one statement and returns all its rows; waits as long as it runs.</summary>
    /// <param name="statement">One statement; <c>?</c> stands for <paramref name="binds"/> in order.</param>
    /// <param name="binds">Text values; none for most statements.</param>
    Task<SnowflakeRows> QueryAsync(string statement, IReadOnlyList<string> binds, CancellationToken cancellationToken = default);

    /// <summary>Runs statements in order as one request in one session, and stops at the first that fails. Not atomic unless they begin and commit.</summary>
    Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken = default);
}
