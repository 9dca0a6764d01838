using CustomerTrack.State;

namespace CustomerTrack.Tests;

/// <summary>A store that takes its time for every call, and counts how many it is asked at once.</summary>
internal sealed class SlowStore(int shards, TimeSpan delay) : ICustomerStateStore
{
    private readonly MemoryStateStore _store = new(shards);
    private int _now;
    private int _most;
    private int _reads;

    public int ShardCount => _store.ShardCount;

    /// <summary>The most reads and writes that were under way at once.</summary>
    public int Most => Volatile.Read(ref _most);

    public int Reads => Volatile.Read(ref _reads);

    public ValueTask<long> AcquireAsync(ShardId shard, CancellationToken cancellationToken = default) => _store.AcquireAsync(shard, cancellationToken);

    public async ValueTask<byte[]?[]> GetAsync(ShardId shard, IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _reads);
        await TakeTimeAsync(cancellationToken);
        return await _store.GetAsync(shard, keys, cancellationToken);
    }

    public async ValueTask WriteAsync(ShardId shard, long epoch, IReadOnlyList<StateWrite> writes, WriteSource source, CancellationToken cancellationToken = default)
    {
        await TakeTimeAsync(cancellationToken);
        await _store.WriteAsync(shard, epoch, writes, source, cancellationToken);
    }

    public IAsyncEnumerable<KeyValuePair<string, byte[]>> ScanAsync(ShardId shard, CancellationToken cancellationToken = default) => _store.ScanAsync(shard, cancellationToken);

    public ValueTask PutFileNameAsync(long number, string name, CancellationToken cancellationToken = default) => _store.PutFileNameAsync(number, name, cancellationToken);

    public ValueTask<string?> GetFileNameAsync(long number, CancellationToken cancellationToken = default) => _store.GetFileNameAsync(number, cancellationToken);

    private async Task TakeTimeAsync(CancellationToken cancellationToken)
    {
        var now = Interlocked.Increment(ref _now);
        for (var most = Most; now > most; most = Most)
        {
            Interlocked.CompareExchange(ref _most, now, most);
        }

        try
        {
            await Task.Delay(delay, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }
}
