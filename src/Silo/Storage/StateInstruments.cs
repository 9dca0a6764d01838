using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CustomerTrack.Storage;

/// <summary>What the state store counts: once per synced write, after it succeeded.</summary>
internal static class StateInstruments
{
    public const string MeterName = "CustomerTrack.State";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("customertrack.state.rows_written", "{row}", "Customers' states made durable.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("customertrack.state.bytes_written", "By", "Keys and values handed to synced writes.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("customertrack.state.write_duration", "s", "Duration of one synced write.");

    private static readonly Histogram<int> Calls = Meter.CreateHistogram<int>("customertrack.state.calls_per_write", "{call}", "Calls that shared one synced write.");

    private static readonly Counter<long> Stale = Meter.CreateCounter<long>("customertrack.state.stale_writes", "{call}", "Writes refused because the shard had a newer epoch.");

    private static readonly Counter<long> StaleClaims = Meter.CreateCounter<long>("customertrack.state.stale_claims", "{call}", "Writes refused because a landing file was taken over from their reader.");

    private static readonly Counter<long> StaleVersions = Meter.CreateCounter<long>("customertrack.state.stale_versions", "{call}", "Writes refused because an earlier one whose acknowledgement was lost was executed late.");

    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("customertrack.state.failed_writes", "{call}", "Calls whose synced write failed.");

    public static void Written(int calls, int rows, long bytes, long startedAt)
    {
        Rows.Add(rows);
        Bytes.Add(bytes);
        Calls.Record(calls);
        Duration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);
    }

    public static void Refused() => Stale.Add(1);

    public static void RefusedClaim() => StaleClaims.Add(1);

    public static void RefusedVersion() => StaleVersions.Add(1);

    public static void WriteFailed(int calls) => Failed.Add(calls);
}
