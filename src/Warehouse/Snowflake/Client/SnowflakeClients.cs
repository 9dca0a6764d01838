using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>Makes clients of a Snowflake account. Each owns its connections and is disposed of by who asked for it.</summary>
public static class SnowflakeClients
{
    /// <summary>A client that runs SQL, of the kind that the options name.</summary>
    /// <exception cref="SnowflakeException">The options lack something, or hold what cannot be used. Nothing is asked of Snowflake yet.</exception>
    public static ISnowflakeSql CreateSql(SnowflakeOptions options, SnowflakeSession session, TimeProvider time, ILoggerFactory loggers)
    {
        if (options.Client == SnowflakeClientKind.SqlApi)
        {
            return new SqlApiClient(options, session, time, loggers.CreateLogger<SqlApiClient>());
        }

        // A key that cannot be used is told in the same words as for the other client, before the driver sees it.
        var credential = SnowflakeCredentials.Of(options, time);
        var driver = SnowflakeDriver.Load(options.DriverFolder);
        return new AdoNetClient(driver, DriverSession.Of(options, session, credential), credential, time, loggers.CreateLogger<AdoNetClient>());
    }

    /// <summary>A client of Snowpipe. It uses the private key, whatever <see cref="SnowflakeOptions.Authentication"/> is: Snowpipe knows no other way.</summary>
    /// <exception cref="SnowflakeException">The options lack something, or hold what cannot be used. Nothing is asked of Snowflake yet.</exception>
    public static ISnowpipe CreatePipe(SnowflakeOptions options, TimeProvider time, ILoggerFactory loggers) =>
        new SnowpipeClient(options, time, loggers.CreateLogger<SnowpipeClient>());
}
