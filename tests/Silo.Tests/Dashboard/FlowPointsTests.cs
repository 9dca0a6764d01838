using CustomerTrack.Cluster;
using CustomerTrack.Dashboard.Flow;

namespace CustomerTrack.Dashboard;

/// <summary>The points of the charts, of one silo and of several.</summary>
public sealed class FlowPointsTests
{
    [Fact]
    public void Counts_of_several_silos_are_added_and_percentiles_are_those_of_all_their_durations()
    {
        // One silo took 99 times 10 ms, the other once 10 s: the mean of their percentiles would be far off.
        var fast = Sample(1, rows: 300, (0.010, 99));
        var slow = Sample(1, rows: 20, (10, 1));

        var point = FlowPoints.Of([FlowPoints.Plus(FlowPoints.Plus(FlowPoints.Nothing(1), fast), slow)]).Single();

        Assert.Equal(320, point.Counts[(int)FlowCounter.Rows]);
        Assert.Equal(160, Hops.Rate([point], FlowCounter.Rows));
        var times = point.Latencies[(int)FlowStage.Detect];
        Assert.InRange(times.P50, 0.010, 0.0121);
        Assert.InRange(times.P99, 0.010, 0.0121);
        Assert.True(double.IsNaN(point.Latencies[(int)FlowStage.Merge].P50));
        Assert.InRange(FlowPoints.Of([FlowPoints.Plus(slow, slow)])[0].Latencies[(int)FlowStage.Detect].P50, 10, 12.1);
    }

    [Fact]
    public void Percentiles_are_over_the_last_ten_seconds_and_no_more_points_are_made_than_are_shown()
    {
        var samples = Enumerable.Range(1, FlowPoints.Samples).Select(i => i == 10 ? Sample(i, rows: i, (1, 5)) : Sample(i, rows: i)).ToList();

        var points = FlowPoints.Of(samples);

        Assert.Equal(FlowPoints.Most, points.Count);
        Assert.Equal(Enumerable.Range(FlowPoints.Samples - FlowPoints.Most + 1, FlowPoints.Most), points.Select(point => (int)point.Counts[(int)FlowCounter.Rows]));
        Assert.Equal([10, 11, 12, 13, 14], points.Where(point => !double.IsNaN(point.Latencies[(int)FlowStage.Detect].P95)).Select(point => (int)point.Counts[(int)FlowCounter.Rows]));
    }

    [Fact]
    public void What_a_silo_of_another_version_counts_besides_is_left_out_and_what_it_does_not_is_nothing()
    {
        var newer = new FlowSample { Number = 1, Span = FlowSampler.Interval, Counts = [.. Enumerable.Repeat(7L, FlowMeters.Counters + 3)], Timed = [FlowMeters.Stages, 3, 9, (int)FlowStage.Load, LatencyBuckets.Count, 9] };
        var older = new FlowSample { Number = 1, Span = FlowSampler.Interval, Counts = [5], Timed = [] };

        var point = FlowPoints.Of([FlowPoints.Plus(newer, older)]).Single();

        Assert.Equal([12, .. Enumerable.Repeat(7L, FlowMeters.Counters - 1)], point.Counts);
        Assert.All(point.Latencies, times => Assert.True(double.IsNaN(times.P50)));
    }

    private static FlowSample Sample(long number, long rows, params (double Seconds, int Count)[] detected)
    {
        var counts = new long[FlowMeters.Counters];
        counts[(int)FlowCounter.Rows] = rows;
        return new() { Number = number, Span = FlowSampler.Interval, Counts = counts, Timed = [.. detected.SelectMany(one => new[] { (int)FlowStage.Detect, LatencyBuckets.Of(one.Seconds), one.Count })] };
    }
}
