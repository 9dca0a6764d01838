namespace CustomerTrack.Dashboard.Flow;

/// <summary>What is timed along the flow.</summary>
public enum FlowStage
{
    /// <summary>From a file being visible to all of it being queryable.</summary>
    EndToEnd,

    /// <summary>One batch: folded, its states durable.</summary>
    Detect,

    /// <summary>One synced write of states.</summary>
    States,

    /// <summary>One object made durable in the lake.</summary>
    Lake,

    /// <summary>One group of objects loaded.</summary>
    Load,

    /// <summary>One merge.</summary>
    Merge,
}
