using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace CustomerTrack.Telemetry;

/// <summary>Bounds for what the stages measure: the usual ones are made for milliseconds, and would put every time under five seconds into one.</summary>
internal static class HistogramViews
{
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400];
    private static readonly double[] Counts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

    public static MetricStreamConfiguration? Of(Instrument instrument) =>
        !instrument.Meter.Name.StartsWith("CustomerTrack.", StringComparison.Ordinal) ? null
        : instrument is Histogram<double> && instrument.Unit == "s" ? new ExplicitBucketHistogramConfiguration { Boundaries = Seconds }
        : instrument is Histogram<int> ? new ExplicitBucketHistogramConfiguration { Boundaries = Counts }
        : null;
}
