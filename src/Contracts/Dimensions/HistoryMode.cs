namespace CustomerTrack.Dimensions;

/// <summary>What a change of a column does to the history.</summary>
public enum HistoryMode : byte
{
    /// <summary>A change opens a new version (Kimball type 2). The default.</summary>
    Track,

    /// <summary>No new version; the current run's row shows the run's newest value, closed rows keep theirs.</summary>
    Latest,

    /// <summary>No new version; every row of the key is restated with the newest value (Kimball type 1).</summary>
    Overwrite,
}
