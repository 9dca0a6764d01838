namespace CustomerTrack.Snowflake;

/// <summary>How a session of the driver begins.</summary>
internal sealed record DriverSession
{
    /// <summary>Asked for each connection: a token may have changed.</summary>
    public required Func<string> ConnectionString { get; init; }

    /// <summary>A statement that every session starts with; null for none.</summary>
    public string? Opening { get; init; }

    /// <exception cref="SnowflakeException">The options lack something, or hold what cannot be used.</exception>
    public static DriverSession Of(SnowflakeOptions options, SnowflakeSession session, ICredential credential) => new()
    {
        ConnectionString = () => DriverConnectionString.Of(options, session, credential),

        // Rows as JSON keep every digit of a number; the zone is that of the SQL API client's sessions.
        Opening = "ALTER SESSION SET TIMEZONE = 'UTC' DOTNET_QUERY_RESULT_FORMAT = 'JSON'",
    };
}
