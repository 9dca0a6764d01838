namespace CustomerTrack.Snowflake;

/// <summary>What became of an object.</summary>
public enum AppliedOutcome
{
    /// <summary>It was there as it should be.</summary>
    Unchanged,

    /// <summary>It was there and was changed.</summary>
    Altered,

    /// <summary>It has no state and was made anew.</summary>
    Replaced,

    /// <summary>It was made.</summary>
    Created,
}
