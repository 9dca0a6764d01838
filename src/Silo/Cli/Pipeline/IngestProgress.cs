namespace CustomerTrack.Cli.Pipeline;

/// <summary>How far an ingest is.</summary>
internal readonly record struct IngestProgress
{
    public required long Rows { get; init; }

    public required long BytesRead { get; init; }

    /// <summary>Of all files.</summary>
    public required long BytesTotal { get; init; }
}
