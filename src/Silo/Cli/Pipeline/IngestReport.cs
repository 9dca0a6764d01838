using System.Text.Json.Serialization;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>What an ingest did.</summary>
internal sealed record IngestReport
{
    public required long Files { get; init; }

    public required long Rows { get; init; }

    public required long Accepted { get; init; }

    /// <summary>Rows that were refused, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Quarantined { get; init; }

    /// <summary>Files nothing of which could be read, each with why.</summary>
    public required IReadOnlyList<string> RejectedFiles { get; init; }

    /// <summary>Columns no definition knows, with the number of rows that had them.</summary>
    public required IReadOnlyDictionary<string, long> UnknownColumns { get; init; }

    /// <summary>Records that met a different one at the same sequence, with no ordinal to decide.</summary>
    public required long SequenceConflicts { get; init; }

    /// <summary>Accepted records that changed no version, duplicates included.</summary>
    public required long NoOps { get; init; }

    public required long Opened { get; init; }

    public required long Closed { get; init; }

    public required long Retracted { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Files that were read more than once, since whoever read them first ended before they were done. Their counts are those of the last reading.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Redelivered { get; init; }
}
