namespace CustomerTrack.Snowflake;

/// <summary>How requests to Snowflake are authenticated.</summary>
public enum SnowflakeAuthentication
{
    /// <summary>A JWT signed with a private key of the user. Snowpipe knows no other way.</summary>
    KeyPair,

    /// <summary>A programmatic access token.</summary>
    ProgrammaticAccessToken,

    /// <summary>An OAuth access token.</summary>
    OAuth,
}
