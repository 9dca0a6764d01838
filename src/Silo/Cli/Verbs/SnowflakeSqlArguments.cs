namespace CustomerTrack.Cli.Verbs;

/// <summary>What <c>snowflake sql</c> is told.</summary>
internal sealed record SnowflakeSqlArguments
{
    public required CommonArguments Common { get; init; }

    /// <summary>The script that removes everything, instead of those that make it.</summary>
    public required bool TearDown { get; init; }

    /// <summary>The folder for files; null prints.</summary>
    public required string? Output { get; init; }
}
