using System.Diagnostics;

namespace CustomerTrack.Lake;

/// <summary>Which traced landing files an object's deltas came from.</summary>
public sealed class ObjectOrigin
{
    /// <summary>When the object was durable.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>The files' traces, each once.</summary>
    public required IReadOnlyList<ActivityContext> Files { get; init; }
}
