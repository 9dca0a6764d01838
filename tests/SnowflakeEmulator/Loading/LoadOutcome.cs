namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What became of a file.</summary>
/// <param name="Error">Why it failed; null when it was loaded.</param>
internal sealed record LoadOutcome(long Rows, string? Error)
{
    /// <summary>The table was changed at the same moment and nothing was loaded: Snowflake would have waited, so it is tried again.</summary>
    public bool MayRetry { get; init; }
}
