namespace CustomerTrack.Lake;

/// <summary>The customers' states that a lake is opened for. They alone know which revisions were given out, so a lake takes those of one only.</summary>
public sealed record LakeOwner
{
    /// <summary>Names the states for good: made once with them, durable before a lake is opened with it, and lost when they are. Null where states have none yet, which is good for reading only.</summary>
    public required string? StateId { get; init; }

    /// <summary>Where the states are, for people: <c>the data folder '/data' on host-1</c>.</summary>
    public required string Place { get; init; }
}
