namespace CustomerTrack.Ingest;

/// <summary>How many records of one file wait in quarantine for one reason.</summary>
public sealed record QuarantineSummary
{
    public required string Dimension { get; init; }

    /// <summary>The file's name as it landed.</summary>
    public required string File { get; init; }

    /// <summary>The file's number.</summary>
    public required long Number { get; init; }

    public required string Reason { get; init; }

    /// <summary>Records; 1 for a file that was rejected as a whole.</summary>
    public required long Count { get; init; }

    /// <summary>The file was rejected as a whole.</summary>
    public bool IsWholeFile { get; init; }
}
