namespace CustomerTrack.Ingest;

/// <summary>What a claim in a bucket says.</summary>
internal sealed record S3ClaimNote
{
    public required string Owner { get; init; }

    /// <summary>The file's number; the same in every generation.</summary>
    public required long Number { get; init; }
}
