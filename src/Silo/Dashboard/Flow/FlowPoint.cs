namespace CustomerTrack.Dashboard.Flow;

/// <summary>One point of the moving charts.</summary>
/// <param name="Counts">What was counted since the point before, by <see cref="FlowCounter"/>.</param>
/// <param name="Latencies">Over the last <see cref="FlowSampler.LatencyWindow"/>, by <see cref="FlowStage"/>.</param>
public sealed record FlowPoint(DateTimeOffset At, TimeSpan Span, IReadOnlyList<long> Counts, IReadOnlyList<FlowPercentiles> Latencies)
{
    /// <summary>A second.</summary>
    public double Rate(FlowCounter counter) => Counts[(int)counter] / Span.TotalSeconds;
}
