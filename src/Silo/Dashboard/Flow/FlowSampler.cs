using System.Diagnostics.Metrics;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>
/// Remembers what this process's own meters said over the last minutes, for charts that are full when a page opens. What it holds is bounded; while nothing
/// flows it wakes up twice in <see cref="Interval"/> seconds' time for next to nothing.
/// </summary>
internal sealed class FlowSampler(TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Percentiles are over this long, so that a few files do not make them jump.</summary>
    public static readonly TimeSpan LatencyWindow = TimeSpan.FromSeconds(10);

    /// <summary>Points that are kept: four minutes.</summary>
    public const int Points = 120;

    private static readonly int Windows = (int)(LatencyWindow / Interval);

    private readonly Lock _lock = new();
    private readonly Queue<FlowPoint> _points = new(Points);
    private readonly Queue<int[]?[]> _recent = new(Windows);
    private readonly long[] _counts = new long[FlowMeters.Counters];
    private readonly int[][] _buckets = [.. Enumerable.Range(0, FlowMeters.Stages).Select(_ => new int[LatencyBuckets.Count])];

    /// <summary>What is remembered, oldest first.</summary>
    public IReadOnlyList<FlowPoint> Recent
    {
        get
        {
            lock (_lock)
            {
                return [.. _points];
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listener = Listen();
        using var timer = new PeriodicTimer(Interval, time);
        var since = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = time.GetTimestamp();
                Take(time.GetElapsedTime(since, now));
                since = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
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

    private void Take(TimeSpan span)
    {
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Interlocked.Exchange(ref _counts[i], 0);
        }

        lock (_lock)
        {
            if (_recent.Count == Windows)
            {
                _recent.Dequeue();
            }

            _recent.Enqueue([.. _buckets.Select(TakeBuckets)]);
            if (_points.Count == Points)
            {
                _points.Dequeue();
            }

            _points.Enqueue(new(time.GetUtcNow(), span, counts, [.. Enumerable.Range(0, FlowMeters.Stages).Select(Percentiles)]));
        }
    }

    private static int[]? TakeBuckets(int[] buckets)
    {
        int[]? taken = null;
        for (var i = 0; i < buckets.Length; i++)
        {
            if (Interlocked.Exchange(ref buckets[i], 0) is var count and > 0)
            {
                taken ??= new int[LatencyBuckets.Count];
                taken[i] = count;
            }
        }

        return taken;
    }

    private FlowPercentiles Percentiles(int stage)
    {
        Span<int> sum = stackalloc int[LatencyBuckets.Count];
        sum.Clear();
        var isEmpty = true;
        foreach (var window in _recent)
        {
            if (window[stage] is { } counts)
            {
                isEmpty = false;
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += counts[i];
                }
            }
        }

        return isEmpty
            ? FlowPercentiles.None
            : new(LatencyBuckets.Percentile(sum, 0.50), LatencyBuckets.Percentile(sum, 0.95), LatencyBuckets.Percentile(sum, 0.99));
    }
}
