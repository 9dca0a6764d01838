namespace CustomerTrack.Emit;

/// <summary>Where the deltas of a batch come from, and when they got on.</summary>
/// <param name="detectedAt">When they were detected, durably.</param>
/// <param name="files">The files among those they came from that are traced.</param>
public sealed class DeltaOrigin(DateTimeOffset detectedAt, IReadOnlyList<TracedFile> files)
{
    /// <summary>When they were detected, durably.</summary>
    public DateTimeOffset DetectedAt => detectedAt;

    /// <summary>The files among those they came from that are traced.</summary>
    public IReadOnlyList<TracedFile> Files => files;

    /// <summary>When their object was begun; known once they are durable.</summary>
    public DateTimeOffset BegunAt { get; private set; }

    /// <summary>When their object was durable; known once they are.</summary>
    public DateTimeOffset WrittenAt { get; private set; }

    internal void Written(DateTimeOffset begunAt, DateTimeOffset writtenAt)
    {
        BegunAt = begunAt;
        WrittenAt = writtenAt;
    }
}
