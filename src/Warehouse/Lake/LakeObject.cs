namespace CustomerTrack.Lake;

/// <summary>One immutable file of deltas in the lake.</summary>
public sealed record LakeObject
{
    public required string Dimension { get; init; }

    /// <summary>The unique name below the lake's root, with forward slashes: <c>customer/date=2026-01-31/….parquet</c>.</summary>
    public required string Name { get; init; }

    public required long Rows { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Known of an object that was just written from files that are traced; null otherwise.</summary>
    public ObjectOrigin? Origin { get; init; }
}
