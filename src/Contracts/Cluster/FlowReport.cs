namespace CustomerTrack.Cluster;

/// <summary>The samples of one silo that the one who asks does not have yet.</summary>
[GenerateSerializer, Immutable, Alias("ct.FlowReport")]
public sealed record FlowReport
{
    /// <summary>The time by which its intervals are numbered, UTC: clocks of silos differ.</summary>
    [Id(0)]
    public required DateTimeOffset Now { get; init; }

    /// <summary>Oldest first.</summary>
    [Id(1)]
    public required IReadOnlyList<FlowSample> Samples { get; init; }
}
