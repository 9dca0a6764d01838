using CustomerTrack.Detect;

namespace CustomerTrack.Ingest;

/// <summary>What became of one landing file.</summary>
public sealed record FileReport
{
    public required string Dimension { get; init; }

    public required string Name { get; init; }

    public required long Number { get; init; }

    public required FileState State { get; init; }

    public required bool Redelivered { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Of these, how many were read so far.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Rows read so far, accepted or not.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows that became records.</summary>
    public required long Accepted { get; init; }

    /// <summary>Rows in quarantine, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Quarantined { get; init; }

    /// <summary>Columns the definition does not know, with the number of rows that had them.</summary>
    public required IReadOnlyDictionary<string, long> UnknownColumns { get; init; }

    public required DetectCounts Counts { get; init; }

    /// <summary>When the file became visible in landing.</summary>
    public required DateTimeOffset VisibleAt { get; init; }

    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>When queries saw all of it.</summary>
    public DateTimeOffset? QueryableAt { get; init; }

    /// <summary>Why the file was rejected as a whole.</summary>
    public string? Error { get; init; }
}
