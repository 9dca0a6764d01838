using System.Globalization;
using CustomerTrack.Ingest;
using CustomerTrack.Serve;

namespace CustomerTrack.Hosting;

/// <summary>What the demo shows: labels and values, from the same reports as the status.</summary>
internal static class DemoSummary
{
    public static IReadOnlyList<(string Label, string Value)> Of(FileReports reports, DimensionStatus tables, string? failure, TimeSpan elapsed)
    {
        var totals = reports.Totals;
        var latencies = reports.Finished.Where(r => r.QueryableAt is not null).TakeLast(200)
            .Select(r => (r.QueryableAt!.Value - r.VisibleAt).TotalMilliseconds).Order().ToList();
        var lines = new List<(string, string)>
        {
            ("rows applied", Number(totals.Rows)),
            ("rows a second", Number((long)(totals.Rows / Math.Max(elapsed.TotalSeconds, 0.001)))),
            ("no-ops and duplicates", Number(totals.Counts.NoOps + totals.Counts.Duplicates)),
            ("late records", Number(totals.Counts.Late)),
            ("in quarantine", Number(totals.Quarantined.Values.Sum())),
            ("versions opened", Number(totals.Counts.Opened)),
            ("versions closed", Number(totals.Counts.Closed)),
            ("versions retracted", Number(totals.Counts.Retracted)),
            ($"rows in {tables.Dimension}", Number(tables.CurrentRows)),
            ($"rows in {tables.Dimension}_history", Number(tables.HistoryRows)),
            ("file visible to queryable, p50", Milliseconds(latencies, 0.50)),
            ("file visible to queryable, p99", Milliseconds(latencies, 0.99)),
        };
        if (failure is not null)
        {
            lines.Add(("held up by", failure));
        }

        return lines;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(List<double> sorted, double quantile) =>
        sorted.Count == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{sorted[(int)((sorted.Count - 1) * quantile)]:N0} ms");
}
