using System.Diagnostics.Metrics;
using CustomerTrack.Cluster;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>
/// Remembers what this process's own meters said over the last minutes, for charts that are full when a page opens. What it holds is bounded; while nothing
/// flows it wakes up every <see cref="Interval"/> for next to nothing. Intervals end at the same times everywhere, so that those of several silos can be laid over each other.
/// </summary>
internal sealed class FlowSampler(TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Queue<FlowSample> _samples = new(FlowPoints.Samples);
    private readonly long[] _counts = new long[FlowMeters.Counters];
    private readonly int[][] _buckets = [.. Enumerable.Range(0, FlowMeters.Stages).Select(_ => new int[LatencyBuckets.Count])];
    private long _newest;
    private long _taken;

    /// <summary>The interval in which a time is, or that ends or begins there.</summary>
    public static long NumberOf(DateTimeOffset at) => (long)Math.Round((double)at.UtcTicks / Interval.Ticks);

    /// <summary>What is remembered of the intervals after <paramref name="number"/>.</summary>
    public FlowReport After(long number)
    {
        lock (_lock)
        {
            // By the numbers of the samples, which go on where the clock was put back.
            var now = _samples.Count == 0 ? time.GetUtcNow() : new DateTimeOffset(_newest * Interval.Ticks, TimeSpan.Zero) + time.GetElapsedTime(_taken);
            return new() { Now = now, Samples = [.. _samples.SkipWhile(sample => sample.Number <= number)] };
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listener = Listen();
        var number = NumberOf(time.GetUtcNow());
        var since = time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(Until(number + 1), time, stoppingToken);
                var now = time.GetTimestamp();
                number = Math.Max(number + 1, NumberOf(time.GetUtcNow()));
                Take(number, time.GetElapsedTime(since, now));
                since = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    // A clock that was put back must not keep it waiting.
    private TimeSpan Until(long number)
    {
        var left = TimeSpan.FromTicks((number * Interval.Ticks) - time.GetUtcNow().UtcTicks);
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < Interval ? left : Interval;
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (FlowMeters.ByName.TryGetValue(instrument.Name, out var counter))
                {
                    listener.EnableMeasurementEvents(instrument, counter);
                }
                else if (FlowMeters.TimedByName.TryGetValue(instrument.Name, out var stage))
                {
                    listener.EnableMeasurementEvents(instrument, stage);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(Counted);
        listener.SetMeasurementEventCallback<double>(Timed);
        listener.Start();
        return listener;
    }

    private void Counted(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (state is FlowCounter counter && (counter != FlowCounter.NoOps || IsNoOp(tags)))
        {
            Interlocked.Add(ref _counts[(int)counter], value);
        }
    }

    private void Timed(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (state is FlowStage stage)
        {
            Interlocked.Increment(ref _buckets[(int)stage][LatencyBuckets.Of(seconds)]);
        }
    }

    private static bool IsNoOp(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name == FlowMeters.OutcomeTag)
            {
                return value is string outcome && FlowMeters.NoOpOutcomes.Contains(outcome);
            }
        }

        return false;
    }

    private void Take(long number, TimeSpan span)
    {
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Interlocked.Exchange(ref _counts[i], 0);
        }

        var sample = new FlowSample { Number = number, Span = span, Counts = counts, Timed = TakeTimed() };
        lock (_lock)
        {
            if (_samples.Count == FlowPoints.Samples)
            {
                _samples.Dequeue();
            }

            _samples.Enqueue(sample);
            (_newest, _taken) = (number, time.GetTimestamp());
        }
    }

    private int[] TakeTimed()
    {
        var timed = new List<int>();
        for (var stage = 0; stage < _buckets.Length; stage++)
        {
            for (var bucket = 0; bucket < _buckets[stage].Length; bucket++)
            {
                if (Interlocked.Exchange(ref _buckets[stage][bucket], 0) is var count and > 0)
                {
                    timed.AddRange([stage, bucket, count]);
                }
            }
        }

        return [.. timed];
    }
}
