using CustomerTrack.Dimensions;

namespace CustomerTrack.Ingest;

/// <summary>One content of one file in a bucket, claimed: of a file that is overwritten while it is claimed, the new content is another file.</summary>
internal sealed record S3Claim
{
    public required DimensionDefinition Dimension { get; init; }

    public required string Name { get; init; }

    public required string ETag { get; init; }

    public required long Number { get; init; }

    public required int Generation { get; init; }

    public required bool Redelivered { get; init; }

    public (string Dimension, string Name, string ETag) Identity => (Dimension.Name, Name, ETag);
}
