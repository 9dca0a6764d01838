namespace CustomerTrack.Cli.Pipeline;

/// <summary>What to verify.</summary>
internal sealed record VerifyRequest
{
    /// <summary>Also the tables in Snowflake, once everything is delivered there.</summary>
    public bool Snowflake { get; init; }
}
