namespace CustomerTrack.Detect;

/// <summary>How fast shards follow a change of the cluster.</summary>
internal sealed record MovePace
{
    /// <summary>How long the set of silos must have been the same before a shard leaves: a silo that comes and goes moves nothing.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Shards of a silo that leave at the same time. Each has to be acquired anew and to fetch its customers' states.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>How long the others wait for one that does not get done with its batch.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
