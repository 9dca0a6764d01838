namespace CustomerTrack.State;

/// <summary>
/// Where customers' states rest. Writes are durable when they return (synced, not only handed to the system) and are
/// fenced: a write with an epoch older than the shard's newest is refused whole. Failures are exceptions, never an empty result.
/// </summary>
public interface ICustomerStateStore
{
    /// <summary>How many shards each dimension has; fixed when the store was created.</summary>
    int ShardCount { get; }

    /// <summary>Makes the caller the shard's only writer and returns its epoch, higher than any before; durable when it returns.</summary>
    ValueTask<long> AcquireAsync(ShardId shard, CancellationToken cancellationToken = default);

    /// <summary>The states of <paramref name="keys"/>, in their order; null where there is none.</summary>
    ValueTask<byte[]?[]> GetAsync(ShardId shard, IReadOnlyList<string> keys, CancellationToken cancellationToken = default);

    /// <summary>Writes all of <paramref name="writes"/> or none. Concurrent calls, of any shards, share one synced write.</summary>
    /// <param name="source">Where the records behind the writes come from.</param>
    /// <exception cref="StaleEpochException">The shard has a newer epoch; nothing was written.</exception>
    /// <exception cref="StaleClaimException">A file of <paramref name="source"/> is no longer its owner's; nothing was written.</exception>
    ValueTask WriteAsync(ShardId shard, long epoch, IReadOnlyList<StateWrite> writes, WriteSource source, CancellationToken cancellationToken = default);

    /// <summary>Every customer of a shard in key order, from a consistent snapshot.</summary>
    IAsyncEnumerable<KeyValuePair<string, byte[]>> ScanAsync(ShardId shard, CancellationToken cancellationToken = default);

    /// <summary>Remembers the name of a landing file by its number, durably.</summary>
    ValueTask PutFileNameAsync(long number, string name, CancellationToken cancellationToken = default);

    /// <summary>The name of a landing file; null for a number that was never put.</summary>
    ValueTask<string?> GetFileNameAsync(long number, CancellationToken cancellationToken = default);
}
