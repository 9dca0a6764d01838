using CustomerTrack.Cluster;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>Makes the points of the charts of samples. Pure.</summary>
internal static class FlowPoints
{
    /// <summary>Percentiles are over this long, so that a few files do not make them jump.</summary>
    public static readonly TimeSpan LatencyWindow = TimeSpan.FromSeconds(10);

    /// <summary>Points that are shown: four minutes.</summary>
    public const int Most = 120;

    private static readonly int Window = (int)(LatencyWindow / FlowSampler.Interval);

    /// <summary>Samples that are needed for as many points.</summary>
    public static readonly int Samples = Most + Window - 1;

    /// <param name="samples">One after the other, oldest first.</param>
    public static IReadOnlyList<FlowPoint> Of(IReadOnlyList<FlowSample> samples)
    {
        var points = new List<FlowPoint>(Most);
        for (var i = Math.Max(0, samples.Count - Most); i < samples.Count; i++)
        {
            var buckets = new int[FlowMeters.Stages * LatencyBuckets.Count];
            for (var j = Math.Max(0, i - Window + 1); j <= i; j++)
            {
                AddTo(buckets, samples[j].Timed);
            }

            points.Add(new(samples[i].Span, Known(samples[i].Counts), [.. Enumerable.Range(0, FlowMeters.Stages).Select(stage => Percentiles(buckets.AsSpan(stage * LatencyBuckets.Count, LatencyBuckets.Count)))]));
        }

        return points;
    }

    /// <summary>What two silos counted and timed in the same interval.</summary>
    public static FlowSample Plus(FlowSample one, FlowSample other)
    {
        var counts = Known(one.Counts);
        var more = Known(other.Counts);
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] += more[i];
        }

        return one with { Counts = counts, Timed = [.. one.Timed, .. other.Timed] };
    }

    /// <summary>An interval in which nothing happened.</summary>
    public static FlowSample Nothing(long number) => new() { Number = number, Span = FlowSampler.Interval, Counts = new long[FlowMeters.Counters], Timed = [] };

    // A silo of another version may count more things, or fewer.
    private static long[] Known(long[] counts)
    {
        var known = new long[FlowMeters.Counters];
        Array.Copy(counts, known, Math.Min(counts.Length, known.Length));
        return known;
    }

    private static void AddTo(int[] buckets, int[] timed)
    {
        for (var i = 0; i + 2 < timed.Length; i += 3)
        {
            if (timed[i] is >= 0 and var stage && stage < FlowMeters.Stages && timed[i + 1] is >= 0 and < LatencyBuckets.Count and var bucket)
            {
                buckets[(stage * LatencyBuckets.Count) + bucket] += timed[i + 2];
            }
        }
    }

    private static FlowPercentiles Percentiles(ReadOnlySpan<int> buckets) => buckets.IndexOfAnyExcept(0) < 0
        ? FlowPercentiles.None
        : new(LatencyBuckets.Percentile(buckets, 0.50), LatencyBuckets.Percentile(buckets, 0.95), LatencyBuckets.Percentile(buckets, 0.99));
}
