using System.Diagnostics;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Ingest;

/// <summary>
/// The trace of one reading of a landing file: a span from when the file was visible until all of it is queryable, with a span for each hop below it.
/// Where the producer told its own trace, the file is a part of that.
/// </summary>
internal sealed class FileTrace
{
    private readonly Activity _file;

    private FileTrace(Activity file, DateTimeOffset visibleAt)
    {
        _file = file;
        VisibleAt = visibleAt;
    }

    /// <summary>What the spans of the file's hops are children of.</summary>
    public ActivityContext Context => _file.Context;

    /// <summary>When the span begins.</summary>
    public DateTimeOffset VisibleAt { get; }

    /// <summary>Begins with what is over by now: waiting for a claim, and for the reader. Null where nobody listens, or this file is not sampled.</summary>
    public static FileTrace? Start(ClaimedFile file, DateTimeOffset claimedAt, DateTimeOffset readAt)
    {
        ActivityContext producer = default;
        if (file.TraceParent is { } text && !TraceParent.TryParse(text, out producer))
        {
            IngestInstruments.InvalidTraceParent(file.Dimension.Name);
        }

        if (!IngestTraces.Source.HasListeners())
        {
            return null;
        }

        // By a store's clock it may have appeared a little in the future.
        var visibleAt = file.VisibleAt < claimedAt ? file.VisibleAt : claimedAt;
        var span = TimedSpans.Begin(
            IngestTraces.Source,
            $"process {file.Dimension.Name}",
            ActivityKind.Consumer,
            producer,
            visibleAt,
            [
                new("messaging.system", "customertrack"),
                new("messaging.operation.name", "process"),
                new("messaging.operation.type", "process"),
                new("messaging.destination.name", file.Dimension.Name),
                new("messaging.message.id", file.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new("messaging.message.body.size", file.Bytes),
                new("file.name", file.Name),
                new("customertrack.dimension", file.Dimension.Name),
                new("customertrack.file.number", file.Number),
                new("customertrack.redelivered", file.Redelivered),
            ]);
        if (span is not { Recorded: true })
        {
            TimedSpans.End(span, readAt);
            return null;
        }

        var trace = new FileTrace(span, visibleAt);
        trace.Hop("wait claim", visibleAt, claimedAt);
        trace.Hop("wait read", claimedAt, readAt);
        return trace;
    }

    /// <summary>A hop of the file that is over.</summary>
    public void Hop(string name, DateTimeOffset start, DateTimeOffset end, params IEnumerable<KeyValuePair<string, object?>> tags) =>
        TimedSpans.Record(IngestTraces.Source, name, ActivityKind.Internal, Context, start, end, tags);

    /// <summary>Nothing more happens to the file, but that its rows are merged.</summary>
    /// <param name="outcome">What became of it.</param>
    public void End(DateTimeOffset end, string outcome, FileReport report)
    {
        if (_file.IsStopped)
        {
            return;
        }

        _file.SetTag("customertrack.outcome", outcome);
        _file.SetTag("customertrack.rows", report.Rows);
        _file.SetTag("customertrack.rows.accepted", report.Accepted);
        _file.SetTag("customertrack.rows.quarantined", report.Quarantined.Values.Sum());
        _file.SetTag("customertrack.versions.opened", report.Counts.Opened);
        _file.SetTag("customertrack.records.late", report.Counts.Late);
        TimedSpans.End(_file, end);
    }

    /// <summary>The reading failed, or the file was rejected whole.</summary>
    public void Fail(DateTimeOffset end, string errorType) => TimedSpans.Fail(_file, end, errorType);

    /// <summary>Runs something as a part of the trace: what it measures can then be told to be of this file.</summary>
    public void Within(Action act)
    {
        var running = Activity.Current;
        Activity.Current = _file;
        try
        {
            act();
        }
        finally
        {
            Activity.Current = running;
        }
    }
}
