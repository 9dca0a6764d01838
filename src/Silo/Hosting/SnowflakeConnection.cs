using CustomerTrack.Snowflake;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Hosting;

/// <summary>The client of a command that works on Snowflake.</summary>
internal static class SnowflakeConnection
{
    // Kept for the life of the process: clients log while they are used, and a command ends with it.
    private static readonly ILoggerFactory Loggers = LoggerFactory.Create(logging =>
    {
        logging.AddPipelineLogging(new ConfigurationManager());
        logging.SetMinimumLevel(LogLevel.Warning);
    });

    /// <exception cref="SnowflakeException">The options lack something, or hold what cannot be used.</exception>
    public static ISnowflakeSql Open(SnowflakeOptions options, SnowflakeSession session) =>
        SnowflakeClients.CreateSql(options, session, TimeProvider.System, Loggers);
}
