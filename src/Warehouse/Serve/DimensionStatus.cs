namespace CustomerTrack.Serve;

/// <summary>How far one dimension's tables are.</summary>
public sealed record DimensionStatus
{
    public required string Dimension { get; init; }

    /// <summary>Rows that a query of the current table sees.</summary>
    public required long CurrentRows { get; init; }

    /// <summary>Rows that a query of the history sees.</summary>
    public required long HistoryRows { get; init; }

    /// <summary>Deltas that are loaded and visible, but not merged yet.</summary>
    public required long WaitingDeltas { get; init; }

    public required long ObjectsLoaded { get; init; }

    /// <summary>When the newest object was loaded, UTC; null before the first.</summary>
    public required DateTime? LastLoadAt { get; init; }

    /// <summary>When the newest change in the tables was detected, UTC; null while they are empty.</summary>
    public required DateTime? NewestRecordedAt { get; init; }
}
