using CustomerTrack.Ingest;

namespace CustomerTrack.Cluster;

/// <summary>What the board says about a landing file.</summary>
internal sealed record ReportNote
{
    /// <summary>The silo that read it.</summary>
    public required string Silo { get; init; }

    /// <summary>Nothing is left to do.</summary>
    public required bool IsFinished { get; init; }

    public required FileReport Report { get; init; }

    /// <summary>The lake objects that hold what the file said, while it is not known that they are loaded.</summary>
    public required IReadOnlyList<string> Objects { get; init; }
}
