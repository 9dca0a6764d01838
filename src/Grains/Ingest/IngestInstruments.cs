using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CustomerTrack.Detect;

namespace CustomerTrack.Ingest;

/// <summary>What ingest and detect measure, per batch and after success. Never a key or a value of a customer.</summary>
public static class IngestInstruments
{
    public const string MeterName = "CustomerTrack.Ingest";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("customertrack.ingest.rows", "{row}", "Rows read from landing files.");
    private static readonly Counter<long> RejectedRows = Meter.CreateCounter<long>("customertrack.ingest.rejected", "{row}", "Rows put in quarantine, by reason.");
    private static readonly Counter<long> Files = Meter.CreateCounter<long>("customertrack.ingest.files", "{file}", "Landing files finished, by outcome.");
    private static readonly Counter<long> GivenUp = Meter.CreateCounter<long>(
        "customertrack.ingest.files.given_up", "{file}", "Landing files that another process took over while they were read here.");

    private static readonly Histogram<double> Latency = Meter.CreateHistogram<double>(
        "customertrack.ingest.file.latency", "s", "Time from a file being visible to all of it being queryable.");

    private static readonly Histogram<double> ChangeLatency = Meter.CreateHistogram<double>(
        "customertrack.change.latency", "s", "Time from a record's own time to its being queryable, of up to 64 records a file.");

    private static readonly Histogram<double> StageLatency = Meter.CreateHistogram<double>(
        "customertrack.stage.latency", "s", "Time that a file or a batch spends in a stage, or waiting for it.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("customertrack.ingest.bytes", "By", "Bytes of the landing files that were finished, as they landed.");
    private static readonly UpDownCounter<long> OpenFiles = Meter.CreateUpDownCounter<long>("customertrack.ingest.files.open", "{file}", "Landing files that are being read or not yet queryable.");
    private static readonly UpDownCounter<long> Batches = Meter.CreateUpDownCounter<long>("customertrack.ingest.batches.in_flight", "{batch}", "Batches that are being folded.");

    private static readonly Counter<long> InvalidTraceParents = Meter.CreateCounter<long>(
        "customertrack.ingest.traceparent.invalid", "{file}", "Landing files whose producer told a trace context that is none.");

    private static readonly ConcurrentDictionary<FileReports, TimeProvider> Observed = new();

    private static readonly ObservableGauge<double> Lag = Meter.CreateObservableGauge<double>(
        "customertrack.ingest.lag", MeasureLag, "s", "Age of the oldest landing file that is claimed and not queryable.");

    private static readonly Counter<long> Records = Meter.CreateCounter<long>("customertrack.detect.records", "{record}", "Records folded.");
    private static readonly Counter<long> Deltas = Meter.CreateCounter<long>("customertrack.detect.deltas", "{delta}", "Deltas detected.");
    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("customertrack.detect.outcomes", "{outcome}", "What records did, by outcome.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("customertrack.detect.duration", "s", "Time to fold one batch and make its states durable.");

    /// <summary>Measures the lag of these files until it is told otherwise.</summary>
    internal static void Observe(FileReports files, TimeProvider time) => Observed[files] = time;

    internal static void Ignore(FileReports files) => Observed.TryRemove(files, out _);

    internal static void Stage(string dimension, string stage, DateTimeOffset start, DateTimeOffset end) =>
        StageLatency.Record(Math.Max(0, (end - start).TotalSeconds), new("dimension", dimension), new("stage", stage));

    internal static void InFlight(string dimension, int change) => Batches.Add(change, new KeyValuePair<string, object?>("dimension", dimension));

    internal static void Open(string dimension, int change) => OpenFiles.Add(change, new KeyValuePair<string, object?>("dimension", dimension));

    internal static void InvalidTraceParent(string dimension) => InvalidTraceParents.Add(1, new KeyValuePair<string, object?>("dimension", dimension));

    internal static void Read(string dimension, long accepted, IReadOnlyList<RejectedRecord> rejected)
    {
        Rows.Add(accepted + rejected.Count, new KeyValuePair<string, object?>("dimension", dimension));
        Rejected(dimension, rejected);
    }

    internal static void Rejected(string dimension, IReadOnlyList<RejectedRecord> rejected)
    {
        if (rejected.Count == 0)
        {
            return;
        }

        foreach (var reason in rejected.CountBy(r => r.Reason))
        {
            RejectedRows.Add(reason.Value, new("dimension", dimension), new("reason", reason.Key));
        }
    }

    internal static void Folded(string dimension, int records, int deltas, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("dimension", dimension);
        Records.Add(records, tag);
        Deltas.Add(deltas, tag);
        Duration.Record(duration.TotalSeconds, tag);
    }

    internal static void Counted(string dimension, in DetectCounts counts)
    {
        Outcome(dimension, "duplicate", counts.Duplicates);
        Outcome(dimension, "no_op", counts.NoOps);
        Outcome(dimension, "opened", counts.Opened);
        Outcome(dimension, "closed", counts.Closed);
        Outcome(dimension, "retracted", counts.Retracted);
        Outcome(dimension, "late", counts.Late);
        Outcome(dimension, "sequence_conflict", counts.Conflicts);
    }

    internal static void GaveUp(string dimension) => GivenUp.Add(1, new KeyValuePair<string, object?>("dimension", dimension));

    internal static void Finished(FileReport report, RecordTimes times)
    {
        Bytes.Add(report.Bytes, new KeyValuePair<string, object?>("dimension", report.Dimension));
        Files.Add(1, new("dimension", report.Dimension), new("outcome", report.State == FileState.Rejected ? "rejected" : "loaded"));
        if (report.QueryableAt is { } queryable)
        {
            Latency.Record((queryable - report.VisibleAt).TotalSeconds, new KeyValuePair<string, object?>("dimension", report.Dimension));
            foreach (var age in times.Ages(queryable))
            {
                ChangeLatency.Record(age.TotalSeconds, new KeyValuePair<string, object?>("dimension", report.Dimension));
            }
        }
    }

    private static IEnumerable<Measurement<double>> MeasureLag() => Observed.SelectMany(observed => observed.Key.Open
        .GroupBy(file => file.Dimension)
        .Select(files => new Measurement<double>(
            Math.Max(0, (observed.Value.GetUtcNow() - files.Min(file => file.VisibleAt)).TotalSeconds), new KeyValuePair<string, object?>("dimension", files.Key))));

    private static void Outcome(string dimension, string outcome, long count)
    {
        if (count > 0)
        {
            Outcomes.Add(count, new("dimension", dimension), new("outcome", outcome));
        }
    }
}
