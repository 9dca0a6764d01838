namespace CustomerTrack.Snowflake;

/// <summary>What there is in Snowflake after the scripts ran.</summary>
public sealed record SnowflakeApplied
{
    /// <summary>Every object the scripts make, in their order; none after a dry run.</summary>
    public required IReadOnlyList<AppliedObject> Objects { get; init; }

    /// <summary>The storage integration's properties by name; none when it does not exist.</summary>
    public required IReadOnlyDictionary<string, string> Integration { get; init; }

    /// <summary>The queue each dimension's pipe listens to; none with Notification Rest.</summary>
    public required IReadOnlyDictionary<string, string> NotificationChannels { get; init; }
}
