namespace CustomerTrack.Ingest;

/// <summary>What a replay did.</summary>
public sealed record ReplayResult
{
    /// <summary>Records written back to landing.</summary>
    public required long Records { get; init; }

    /// <summary>Files that were rejected as a whole and are back in landing.</summary>
    public required int WholeFiles { get; init; }

    /// <summary>Matching records that stayed because they could not be split into columns; their file has to be corrected and landed again.</summary>
    public required long NotReplayable { get; init; }

    /// <summary>The new landing files, as full paths; in a bucket, where they would be in the landing folders.</summary>
    public required IReadOnlyList<string> LandingFiles { get; init; }
}
