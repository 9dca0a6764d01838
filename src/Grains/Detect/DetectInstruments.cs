using System.Diagnostics.Metrics;

namespace CustomerTrack.Detect;

/// <summary>How far shards' calls go, within the silo or over the network, and how often shards move. Calls are counted per batch, after success.</summary>
internal static class DetectInstruments
{
    public const string MeterName = "CustomerTrack.Detect";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> ShardCalls = Meter.CreateCounter<long>("customertrack.detect.shard.calls", "{call}", "Batches that shards took, by where they came from.");
    private static readonly Counter<long> CustomerCalls = Meter.CreateCounter<long>("customertrack.detect.customer.calls", "{call}", "Calls of customers' grains by their shards, by where those are.");
    private static readonly Counter<long> Moves = Meter.CreateCounter<long>("customertrack.detect.shard.moves", "{shard}", "Shards that were let go because they belong on another silo.");

    public static void Moved(string dimension) => Moves.Add(1, new KeyValuePair<string, object?>("dimension", dimension));

    public static void Called(string dimension, bool isBeside, List<CustomerSlice> customers)
    {
        if (!ShardCalls.Enabled && !CustomerCalls.Enabled)
        {
            return;
        }

        var local = customers.Count(customer => customer.Known is not null && customer.Folded.IsBeside);
        var remote = customers.Count(customer => customer.Known is not null && !customer.Folded.IsBeside);
        Add(ShardCalls, dimension, isBeside, 1);
        Add(CustomerCalls, dimension, isLocal: true, local);
        Add(CustomerCalls, dimension, isLocal: false, remote);
    }

    private static void Add(Counter<long> counter, string dimension, bool isLocal, long count)
    {
        if (count > 0)
        {
            counter.Add(count, new("dimension", dimension), new("place", isLocal ? "local" : "remote"));
        }
    }
}
