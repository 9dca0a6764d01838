namespace CustomerTrack.Detect;

/// <summary>What customers' states are rebuilt from.</summary>
public enum RebuildSource
{
    /// <summary>From the records there are (archived files, the states in use) and, where a row of the lake is explained by none of them, from that row.</summary>
    Auto,

    /// <summary>From archived files alone; the lake is asked for its revisions only.</summary>
    Archive,

    /// <summary>From the lake's rows alone.</summary>
    Lake,
}
