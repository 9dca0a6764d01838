namespace CustomerTrack.Snowflake;

/// <summary>What Snowpipe says of one file.</summary>
public sealed record FileLoad
{
    /// <summary>The name below the stage's location.</summary>
    public required string Path { get; init; }

    public required LoadState State { get; init; }

    public required long RowsInserted { get; init; }

    public required long RowsParsed { get; init; }

    public required long ErrorsSeen { get; init; }

    /// <summary>What was wrong, in Snowflake's words; null where nothing was.</summary>
    public string? Error { get; init; }
}
