namespace CustomerTrack.Cluster;

/// <summary>How far a silo is with a landing file.</summary>
[GenerateSerializer, Immutable, Alias("ct.FileUnderWay")]
public sealed record FileUnderWay
{
    [Id(0)]
    public required string Dimension { get; init; }

    [Id(1)]
    public required string Name { get; init; }

    [Id(2)]
    public required long Number { get; init; }

    [Id(3)]
    public required long Rows { get; init; }

    [Id(4)]
    public required long Bytes { get; init; }

    /// <summary>Of these, how many were read so far.</summary>
    [Id(5)]
    public required long BytesRead { get; init; }
}
