using CustomerTrack.Api;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>What all pages that are open see at one moment.</summary>
internal sealed record PipelineView
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The same as <c>/api/status</c>; null when it could not be had.</summary>
    public required PipelineStatus? Status { get; init; }

    /// <summary>The silos that told what runs on them.</summary>
    public required IReadOnlyList<SiloActivity> Silos { get; init; }

    /// <summary>Rates and times of the last minutes.</summary>
    public required IReadOnlyList<FlowPoint> Points { get; init; }

    /// <summary>Silos that did not answer something, by name: what they do is missing in the figures.</summary>
    public required IReadOnlyList<string> Silent { get; init; }

    /// <summary>Why something could not be had; null when all was.</summary>
    public required string? Failure { get; init; }
}
