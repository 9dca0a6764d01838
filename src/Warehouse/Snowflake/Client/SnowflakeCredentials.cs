namespace CustomerTrack.Snowflake;

/// <summary>Finds what authenticates requests.</summary>
internal static class SnowflakeCredentials
{
    /// <exception cref="SnowflakeException">The options lack something, or hold what cannot be used.</exception>
    public static ICredential Of(SnowflakeOptions options, TimeProvider time) => options.Authentication switch
    {
        SnowflakeAuthentication.KeyPair => new KeyPairCredential(options, time),
        _ => new TokenCredential(options),
    };
}
