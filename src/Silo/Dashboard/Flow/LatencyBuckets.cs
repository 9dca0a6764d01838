namespace CustomerTrack.Dashboard.Flow;

/// <summary>Durations in buckets that grow by a fifth: a percentile read from them is at most that much too high.</summary>
internal static class LatencyBuckets
{
    private const double Lowest = 0.0001;
    private const double Growth = 1.2;

    /// <summary>From a tenth of a millisecond to more than ten minutes.</summary>
    public const int Count = 90;

    public static int Of(double seconds) => seconds <= Lowest ? 0 : Math.Min(Count - 1, 1 + (int)(Math.Log(seconds / Lowest) / Math.Log(Growth)));

    /// <summary>The upper bound of the bucket in which <paramref name="share"/> of all durations are reached, in seconds; not a number where there are none.</summary>
    public static double Percentile(ReadOnlySpan<int> counts, double share)
    {
        var total = 0L;
        foreach (var count in counts)
        {
            total += count;
        }

        if (total == 0)
        {
            return double.NaN;
        }

        var wanted = Math.Max(1, (long)Math.Ceiling(total * share));
        var bucket = 0;
        for (long seen = counts[0]; seen < wanted; seen += counts[++bucket])
        {
        }

        return Lowest * Math.Pow(Growth, bucket);
    }
}
