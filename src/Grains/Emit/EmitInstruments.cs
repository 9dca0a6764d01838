using System.Diagnostics.Metrics;
using CustomerTrack.Lake;

namespace CustomerTrack.Emit;

/// <summary>What the emit stage measures, once per object and after success.</summary>
public static class EmitInstruments
{
    public const string MeterName = "CustomerTrack.Emit";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Deltas = Meter.CreateCounter<long>("customertrack.emit.deltas", "{delta}", "Deltas written to the lake.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("customertrack.emit.bytes", "By", "Bytes written to the lake.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("customertrack.emit.put.duration", "s", "Time to make one object durable.");

    internal static void Written(LakeObject written, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("dimension", written.Dimension);
        Deltas.Add(written.Rows, tag);
        Bytes.Add(written.Bytes, tag);
        Duration.Record(duration.TotalSeconds, tag);
    }
}
