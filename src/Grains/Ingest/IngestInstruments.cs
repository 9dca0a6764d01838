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

    private static readonly Counter<long> Records = Meter.CreateCounter<long>("customertrack.detect.records", "{record}", "Records folded.");
    private static readonly Counter<long> Deltas = Meter.CreateCounter<long>("customertrack.detect.deltas", "{delta}", "Deltas detected.");
    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("customertrack.detect.outcomes", "{outcome}", "What records did, by outcome.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("customertrack.detect.duration", "s", "Time to fold one batch and make its states durable.");

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

    internal static void Finished(FileReport report)
    {
        Files.Add(1, new("dimension", report.Dimension), new("outcome", report.State == FileState.Rejected ? "rejected" : "loaded"));
        if (report.QueryableAt is { } queryable)
        {
            Latency.Record((queryable - report.VisibleAt).TotalSeconds, new KeyValuePair<string, object?>("dimension", report.Dimension));
        }
    }

    private static void Outcome(string dimension, string outcome, long count)
    {
        if (count > 0)
        {
            Outcomes.Add(count, new("dimension", dimension), new("outcome", outcome));
        }
    }
}
