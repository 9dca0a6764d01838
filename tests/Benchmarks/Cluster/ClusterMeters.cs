using System.Diagnostics.Metrics;

namespace CustomerTrack.Benchmarks;

/// <summary>Adds up what detect and Orleans count while silos run: calls by where they went, and bytes of messages that left a silo.</summary>
internal sealed class ClusterMeters : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _local;
    private long _remote;
    private long _customersLocal;
    private long _customersRemote;
    private long _bytes;

    public ClusterMeters()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is "customertrack.detect.shard.calls" or "customertrack.detect.customer.calls" or "orleans-messaging-sent-messages-size")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.Start();
    }

    public (double RemoteShards, double RemoteCustomers, long Bytes) Take()
    {
        var taken = (Share(_remote, _local), Share(_customersRemote, _customersLocal), Interlocked.Read(ref _bytes));
        _local = _remote = _customersLocal = _customersRemote = _bytes = 0;
        return taken;
    }

    public void Dispose() => _listener.Dispose();

    private static double Share(long part, long rest) => part + rest == 0 ? 0 : (double)part / (part + rest);

    private void Add(string name, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (name.StartsWith("orleans", StringComparison.Ordinal))
        {
            Interlocked.Add(ref _bytes, value);
            return;
        }

        var isRemote = false;
        foreach (var tag in tags)
        {
            isRemote |= tag is { Key: "place", Value: "remote" };
        }

        var isShard = name.EndsWith("shard.calls", StringComparison.Ordinal);
        Interlocked.Add(ref isShard ? ref isRemote ? ref _remote : ref _local : ref isRemote ? ref _customersRemote : ref _customersLocal, value);
    }
}
