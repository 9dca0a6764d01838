using System.Diagnostics.Metrics;

namespace CustomerTrack.Live;

/// <summary>What the live feed measures, per batch.</summary>
internal static class LiveInstruments
{
    public const string MeterName = "CustomerTrack.Live";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Changes = Meter.CreateCounter<long>("customertrack.live.changes", "{change}", "Changes that were shown to watchers, while there were any.");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("customertrack.live.dropped", "{change}", "Changes that watchers were too slow for.");

    public static void Seen(string dimension, long changes) => Changes.Add(changes, new KeyValuePair<string, object?>("dimension", dimension));

    public static void Missed(string dimension, long changes) => Dropped.Add(changes, new KeyValuePair<string, object?>("dimension", dimension));
}
