namespace CustomerTrack.Dashboard.Flow;

/// <summary>How long a stage took, in seconds; not a number where it did nothing.</summary>
public readonly record struct FlowPercentiles(double P50, double P95, double P99)
{
    public static readonly FlowPercentiles None = new(double.NaN, double.NaN, double.NaN);
}
