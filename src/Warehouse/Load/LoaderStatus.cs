namespace CustomerTrack.Load;

/// <summary>How the loader is doing.</summary>
public sealed record LoaderStatus
{
    /// <summary>Objects that wait to be loaded, failed ones among them.</summary>
    public required int WaitingObjects { get; init; }

    /// <summary>Objects whose load failed; they are tried again until it succeeds.</summary>
    public required int FailedObjects { get; init; }

    /// <summary>The last failure since the loader was last without one; null when all is well.</summary>
    public required string? LastError { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset? LastErrorAt { get; init; }
}
