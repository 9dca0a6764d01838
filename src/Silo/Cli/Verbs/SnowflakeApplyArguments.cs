namespace CustomerTrack.Cli.Verbs;

/// <summary>What <c>snowflake apply</c> is told.</summary>
internal sealed record SnowflakeApplyArguments
{
    public required CommonArguments Common { get; init; }

    /// <summary>Nothing is changed.</summary>
    public required bool DryRun { get; init; }
}
