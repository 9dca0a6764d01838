namespace CustomerTrack.Snowflake.Tests;

/// <summary>A delta of <see cref="Scripts.Member"/>; times in microseconds.</summary>
internal sealed record MemberDelta
{
    public required string Club { get; init; }

    public required long Number { get; init; }

    public required long From { get; init; }

    public long? To { get; init; }

    public bool IsDeleted { get; init; }

    public bool IsRetracted { get; init; }

    public string? Name { get; init; }

    public long? Points { get; init; }

    public required long Revision { get; init; }

    public long RecordedAt => 1_700_000_000_000_000 + Revision;

    public long Shard => Number;
}
