using System.Diagnostics;
using CustomerTrack.Emit;
using CustomerTrack.Records;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Ingest;

/// <summary>
/// A batch in the traces of its files: in each a span from its first row until its deltas are durable, and below it one for each wait and hop.
/// The shards' calls are below the file's own <c>detect</c>; where several files are traced, below one of its own that is linked to theirs.
/// </summary>
internal sealed class BatchTrace
{
    private readonly List<(Activity Batch, Activity Detect)> _spans = [];
    private readonly List<TracedFile> _files = [];
    private readonly List<(FileProgress File, ActivityContext Batch)> _traced = [];
    private Activity? _shared;
    private bool _isOver;

    private BatchTrace()
    {
    }

    /// <summary>What the shards' calls are children of.</summary>
    public ActivityContext Calls => (_shared ?? _spans[0].Detect).Context;

    /// <summary>The files that are traced.</summary>
    public IReadOnlyList<TracedFile> Files => _files;

    /// <summary>Null where no file of the batch is traced.</summary>
    /// <param name="closedAt">When the batch was full, or nothing more was there for it.</param>
    /// <param name="placedAt">When there was a place for it among those under way.</param>
    public static BatchTrace? Start(RecordBatch batch, DateTimeOffset closedAt, DateTimeOffset placedAt)
    {
        BatchTrace? trace = null;
        for (var i = 0; i < batch.Files.Count; i++)
        {
            if (batch.Files[i].Trace is not null)
            {
                (trace ??= new()).Add(batch.Files[i], batch, batch.GatheredSince(i), closedAt, placedAt);
            }
        }

        if (trace is not { _spans.Count: > 0 })
        {
            // Nobody listens any more.
            return null;
        }

        trace.Share(batch, placedAt);
        return trace;
    }

    /// <summary>Every shard has answered.</summary>
    /// <returns>Some of the changes, to be told of once they can be queried.</returns>
    public SampledChanges Detected(DateTimeOffset at, IReadOnlyList<Delta> deltas, int shards)
    {
        foreach (var (_, detect) in _spans)
        {
            detect.SetTag("customertrack.deltas", deltas.Count);
            TimedSpans.End(detect, at);
        }

        _shared?.SetTag("customertrack.deltas", deltas.Count);
        TimedSpans.End(_shared, at);
        return new(_traced, deltas, shards);
    }

    /// <summary>The deltas are durable in the lake, if there are any.</summary>
    public void End(DateTimeOffset at)
    {
        _isOver = true;
        foreach (var (batch, _) in _spans)
        {
            TimedSpans.End(batch, at);
        }
    }

    /// <summary>It did not get that far. Does nothing after the end.</summary>
    public void GiveUp(DateTimeOffset at)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        foreach (var (batch, detect) in _spans)
        {
            if (!detect.IsStopped)
            {
                TimedSpans.Fail(detect, at, "given_up");
            }

            TimedSpans.Fail(batch, at, "given_up");
        }

        if (_shared is { IsStopped: false })
        {
            TimedSpans.Fail(_shared, at, "given_up");
        }
    }

    private void Add(FileProgress file, RecordBatch batch, DateTimeOffset since, DateTimeOffset closedAt, DateTimeOffset placedAt)
    {
        var span = TimedSpans.Begin(
            IngestTraces.Source,
            "batch",
            ActivityKind.Internal,
            file.Trace!.Context,
            since,
            [
                new("messaging.batch.message_count", batch.Count),
                new("customertrack.dimension", batch.Dimension.Name),
                new("customertrack.files", batch.Files.Count),
                new("customertrack.redelivered", batch.Redelivered),
            ]);
        if (span is null)
        {
            return;
        }

        TimedSpans.Record(IngestTraces.Source, "gather", ActivityKind.Internal, span.Context, since, closedAt);
        TimedSpans.Record(IngestTraces.Source, "wait place", ActivityKind.Internal, span.Context, closedAt, placedAt);
        if (TimedSpans.Begin(IngestTraces.Source, "detect", ActivityKind.Internal, span.Context, placedAt) is { } detect)
        {
            _spans.Add((span, detect));
            _files.Add(new(file.Trace.Context, span.Context));
            _traced.Add((file, span.Context));
        }
    }

    private void Share(RecordBatch batch, DateTimeOffset placedAt)
    {
        if (_spans.Count < 2)
        {
            return;
        }

        _shared = TimedSpans.Begin(
            IngestTraces.Source,
            "detect",
            ActivityKind.Internal,
            default,
            placedAt,
            [new("messaging.batch.message_count", batch.Count), new("customertrack.dimension", batch.Dimension.Name), new("customertrack.files", batch.Files.Count)],
            _spans.ConvertAll(span => new ActivityLink(span.Detect.Context)));
        if (_shared is not null)
        {
            _spans.ForEach(span => span.Detect.AddLink(new(_shared.Context)));
        }
    }
}
