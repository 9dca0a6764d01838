using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>Makes clients of a Snowflake account. Each owns its connections and is disposed of by who asked for it.</summary>
public static class SnowflakeClients
{
    /// <summary>A client that runs SQL.</summary>
    /// <exception cref="SnowflakeException">The options lack something, or hold what cannot be used. Nothing is asked of Snowflake yet.</exception>
    public static ISnowflakeSql CreateSql(SnowflakeOptions options, SnowflakeSession session, TimeProvider time, ILoggerFactory loggers) =>
        new SqlApiClient(options, session, time, loggers.CreateLogger<SqlApiClient>());
}
