namespace CustomerTrack.Dashboard.Flow;

/// <summary>What is counted along the flow.</summary>
public enum FlowCounter
{
    Rows,
    Rejected,
    Records,
    Deltas,

    /// <summary>Records that changed nothing, exact duplicates among them.</summary>
    NoOps,
    LakeDeltas,
    LakeBytes,
    LoadedRows,
    LoadFailures,
    MergedRows,
}
