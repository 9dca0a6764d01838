using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>A customer's rebuilt state.</summary>
public readonly record struct Reconciled
{
    /// <summary>The state to store.</summary>
    public required byte[] State { get; init; }

    /// <summary>What the lake lacks: rows it does not have or shows otherwise, and retractions of rows that are none. Ascending by revision.</summary>
    public required IReadOnlyList<Delta> Deltas { get; init; }

    /// <summary>Records there were: archived ones, or those of the states in use.</summary>
    public required bool FromRecords { get; init; }

    /// <summary>Rows of the lake were taken for records.</summary>
    public required bool FromLake { get; init; }
}
