namespace CustomerTrack.Snowflake;

/// <summary>How far Snowflake's tables of one dimension are.</summary>
public sealed record DeliveryStatus
{
    public required string Dimension { get; init; }

    public required DeliveryState State { get; init; }

    /// <summary>Objects that are not known to be in the tables; more may wait in the lake when <see cref="IsBacklogListed"/> is false.</summary>
    public required int WaitingObjects { get; init; }

    public required long WaitingRows { get; init; }

    public required long WaitingBytes { get; init; }

    /// <summary>False while the backlog is larger than this process keeps in memory: the rest is listed when there is room.</summary>
    public required bool IsBacklogListed { get; init; }

    /// <summary>Of the waiting objects, those that are loaded and wait for a merge.</summary>
    public required int LoadedObjects { get; init; }

    /// <summary>Of the waiting objects, those that were written again under a new name.</summary>
    public required int RedeliveredObjects { get; init; }

    /// <summary>Everything written to the lake before this time is in both tables, UTC; null until it is known.</summary>
    public required DateTimeOffset? CompleteThrough { get; init; }

    /// <summary>When the newest change in the tables was detected, UTC; null until it is known.</summary>
    public required DateTime? NewestRecordedAt { get; init; }

    public required IReadOnlyList<ShardProgress> Shards { get; init; }

    /// <summary>The last failure that is not overcome; null when all is well.</summary>
    public required string? LastError { get; init; }
}
