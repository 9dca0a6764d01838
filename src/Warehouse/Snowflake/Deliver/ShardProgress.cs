namespace CustomerTrack.Snowflake;

/// <summary>How far one shard's changes are in both of a dimension's tables.</summary>
public sealed record ShardProgress
{
    public required int Shard { get; init; }

    /// <summary>When the newest of its changes in the tables was detected, UTC.</summary>
    public required DateTime RecordedAt { get; init; }

    /// <summary>Its deltas that were merged so far, repeated ones included.</summary>
    public required long Rows { get; init; }

    /// <summary>When they were last merged, UTC, by Snowflake's clock.</summary>
    public required DateTime MergedAt { get; init; }
}
