namespace CustomerTrack.Cluster;

/// <summary>What one silo counted and timed along the flow in one interval.</summary>
[GenerateSerializer, Immutable, Alias("ct.FlowSample")]
public sealed record FlowSample
{
    /// <summary>The interval, by the silo's own clock: they are counted from 0001-01-01 UTC. Rises from sample to sample.</summary>
    [Id(0)]
    public required long Number { get; init; }

    /// <summary>How long it really was.</summary>
    [Id(1)]
    public required TimeSpan Span { get; init; }

    /// <summary>By the number of what is counted. A silo of another version may send more, or fewer.</summary>
    [Id(2)]
    public required long[] Counts { get; init; }

    /// <summary>Durations in threes: the number of what was timed, a bucket, and how many were in it.</summary>
    [Id(3)]
    public required int[] Timed { get; init; }
}
