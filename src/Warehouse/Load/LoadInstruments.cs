using System.Diagnostics.Metrics;

namespace CustomerTrack.Load;

/// <summary>What the warehouse measures; each once per batch, after success.</summary>
public static class LoadInstruments
{
    public const string MeterName = "CustomerTrack.Warehouse";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> LoadedRows = Meter.CreateCounter<long>("customertrack.load.rows", "{row}", "Deltas loaded into the warehouse.");

    internal static readonly Counter<long> LoadedObjects = Meter.CreateCounter<long>("customertrack.load.objects", "{object}", "Lake objects loaded into the warehouse.");

    internal static readonly Histogram<double> LoadDuration = Meter.CreateHistogram<double>("customertrack.load.duration", "s", "Time to load a group of lake objects.");

    internal static readonly UpDownCounter<long> LoadBacklog = Meter.CreateUpDownCounter<long>("customertrack.load.backlog", "{object}", "Lake objects that wait to be loaded.");

    internal static readonly Counter<long> Failures = Meter.CreateCounter<long>("customertrack.load.failures", "{failure}", "Loads and merges that failed and are tried again.");

    internal static readonly Counter<long> MergedRows = Meter.CreateCounter<long>("customertrack.merge.rows", "{row}", "Deltas merged into the tables.");

    internal static readonly Histogram<double> MergeDuration = Meter.CreateHistogram<double>("customertrack.merge.duration", "s", "Time of one merge.");

    internal static readonly UpDownCounter<long> MergeBacklog = Meter.CreateUpDownCounter<long>("customertrack.merge.backlog", "{row}", "Deltas that are visible but not merged yet.");
}
