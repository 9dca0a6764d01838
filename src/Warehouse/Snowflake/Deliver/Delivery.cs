using CustomerTrack.Lake;

namespace CustomerTrack.Snowflake;

/// <summary>One lake object on its way into Snowflake's tables.</summary>
internal sealed class Delivery(string stem, LakeObject original, DateTimeOffset writtenAt)
{
    /// <summary>What all its names have in common.</summary>
    public string Stem { get; } = stem;

    /// <summary>The object under its first name.</summary>
    public LakeObject Original { get; } = original;

    public DateTimeOffset WrittenAt { get; } = writtenAt;

    /// <summary>The same bytes under the newest name.</summary>
    public LakeObject Newest { get; set; } = original;

    /// <summary>How often it was written again.</summary>
    public int Attempt { get; set; }

    /// <summary>How often its newest name was announced.</summary>
    public int Announcements { get; set; }

    /// <summary>When Snowpipe said that all its rows are loaded; null before.</summary>
    public DateTimeOffset? LoadedAt { get; set; }

    /// <summary>Reports of names up to this redelivery say nothing any more: merges left their rows out. -1 for none.</summary>
    public int LostThrough { get; set; } = -1;

    public DeliveryStep Next { get; set; }

    /// <summary>When <see cref="Next"/> is to be done.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Why its newest name was not loaded, in Snowflake's words.</summary>
    public string? Error { get; set; }
}
