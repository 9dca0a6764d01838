using System.Collections.Concurrent;
using System.Diagnostics;
using CustomerTrack.Load;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>The spans that are made of loads and deliveries while it is there, by everybody; those of one file are found by its context.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public RecordedSpans()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name == LoadInstruments.MeterName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The context of a landing file that is traced.</summary>
    public static ActivityContext NewFile() => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

    /// <summary>The spans in a file's trace as they follow each other.</summary>
    public IReadOnlyList<Activity> Of(ActivityContext file) =>
        [.. _spans.Where(span => span.TraceId == file.TraceId && span.ParentSpanId == file.SpanId).OrderBy(span => span.StartTimeUtc).ThenBy(span => span.StartTimeUtc + span.Duration)];

    /// <summary>The one that begins a trace and has this id.</summary>
    public Activity Shared(ActivitySpanId id) => _spans.Single(span => span.SpanId == id && span.ParentSpanId == default);

    public void Dispose() => _listener.Dispose();
}
