namespace CustomerTrack.Merge;

/// <summary>What waits to be merged into one dimension's tables, and how the last merge went.</summary>
internal readonly record struct MergeBacklog(long Rows, long TableRows, TimeSpan Age, TimeSpan SinceLastMerge, TimeSpan LastDuration);
