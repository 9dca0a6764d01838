using CustomerTrack.Api;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>What all pages that are open see at one moment.</summary>
internal sealed record PipelineView
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The same as <c>/api/status</c>; null when it could not be had.</summary>
    public required PipelineStatus? Status { get; init; }

    public required IReadOnlyList<SiloActivity> Silos { get; init; }

    /// <summary>Why something could not be had; null when all was.</summary>
    public required string? Failure { get; init; }
}
