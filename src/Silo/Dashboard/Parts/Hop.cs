namespace CustomerTrack.Dashboard.Parts;

/// <summary>One hop in the picture of the flow.</summary>
public sealed record Hop
{
    public required string Name { get; init; }

    /// <summary>What it does, for the one who sees it the first time.</summary>
    public required string Does { get; init; }

    /// <summary>The figure one looks at first.</summary>
    public required string Main { get; init; }

    /// <summary>Of what <see cref="Main"/> is the figure.</summary>
    public required string Unit { get; init; }

    /// <summary>What waits before it; empty where nothing can.</summary>
    public required string Queue { get; init; }

    /// <summary>Something waits there that should not for long.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>What went wrong lately; empty when nothing did.</summary>
    public string Trouble { get; init; } = "";

    /// <summary>Nothing gets through.</summary>
    public bool IsFailing { get; init; }

    /// <summary>Something came through it in the last seconds.</summary>
    public bool IsFlowing { get; init; }
}
