namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What a translated statement touches.</summary>
internal sealed class References
{
    public HashSet<StreamObject> Streams { get; } = [];

    /// <summary>A table is read or written: that takes a warehouse.</summary>
    public bool NeedsWarehouse { get; set; }

    /// <summary>The variables of SELECT … INTO; null without it.</summary>
    public List<string>? Into { get; set; }
}
