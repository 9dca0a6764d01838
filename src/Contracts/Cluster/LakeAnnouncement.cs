namespace CustomerTrack.Cluster;

/// <summary>A durable object of the lake that is to be loaded.</summary>
[GenerateSerializer, Immutable, Alias("ct.LakeAnnouncement")]
public sealed record LakeAnnouncement
{
    [Id(0)]
    public required string Dimension { get; init; }

    /// <summary>The unique name below the lake's root.</summary>
    [Id(1)]
    public required string Name { get; init; }

    [Id(2)]
    public required long Rows { get; init; }

    [Id(3)]
    public required long Bytes { get; init; }

    /// <summary>When the object was durable, microseconds since 1970-01-01 UTC; only with <see cref="Traces"/>.</summary>
    [Id(4)]
    public long WrittenAt { get; init; }

    /// <summary>The W3C contexts of the traced landing files its deltas came from; null for none.</summary>
    [Id(5)]
    public string[]? Traces { get; init; }
}
