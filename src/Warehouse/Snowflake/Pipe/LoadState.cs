namespace CustomerTrack.Snowflake;

/// <summary>How far a file is.</summary>
public enum LoadState
{
    InProgress,
    Loaded,
    Failed,
    PartiallyLoaded,
}
