using System.Diagnostics.Metrics;

namespace CustomerTrack.Snowflake;

/// <summary>What the delivery to Snowflake measures.</summary>
internal static class DeliveryInstruments
{
    private static readonly Meter Meter = new(Load.LoadInstruments.MeterName);

    public static readonly Counter<long> Announced = Meter.CreateCounter<long>("customertrack.deliver.announced", "{object}", "Lake objects announced to Snowpipe, repetitions included.");

    public static readonly Counter<long> Redelivered = Meter.CreateCounter<long>("customertrack.deliver.redelivered", "{object}", "Lake objects written again under a new name because Snowflake did not load them.");

    public static readonly Counter<long> MergedRows = Meter.CreateCounter<long>("customertrack.deliver.rows", "{row}", "Deltas of objects that were found complete in Snowflake's tables.");

    public static readonly Histogram<double> Latency = Meter.CreateHistogram<double>("customertrack.deliver.latency", "s", "Time from an object's writing until it was found in Snowflake's tables.");

    public static readonly UpDownCounter<long> Backlog = Meter.CreateUpDownCounter<long>("customertrack.deliver.backlog", "{object}", "Lake objects that are not known to be in Snowflake's tables.");

    public static readonly Counter<long> Failures = Meter.CreateCounter<long>("customertrack.deliver.failures", "{failure}", "Steps of the delivery that failed and are tried again.");
}
