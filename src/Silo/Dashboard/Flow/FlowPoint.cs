namespace CustomerTrack.Dashboard.Flow;

/// <summary>One point of the moving charts.</summary>
/// <param name="Counts">What was counted since the point before, by <see cref="FlowCounter"/>.</param>
/// <param name="Latencies">Over the last <see cref="FlowPoints.LatencyWindow"/>, by <see cref="FlowStage"/>.</param>
public sealed record FlowPoint(TimeSpan Span, IReadOnlyList<long> Counts, IReadOnlyList<FlowPercentiles> Latencies);
