using System.Collections.Concurrent;
using CustomerTrack.State;

namespace CustomerTrack.Tests;

/// <summary>A store whose writes wait when they are told to.</summary>
internal sealed class GatedStore(int shards) : ICustomerStateStore
{
    private readonly MemoryStateStore _store = new(shards);
    private readonly ConcurrentDictionary<ShardId, long> _epochs = new();
    private TaskCompletionSource? _gate;
    private int _asked;
    private TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int ShardCount => _store.ShardCount;

    /// <summary>Completes when a write waits.</summary>
    public Task Held => _held.Task;

    /// <summary>Writes that were asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Writes wait until the returned source is completed.</summary>
    public TaskCompletionSource Hold()
    {
        _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The newest epoch of a shard.</summary>
    public long Acquired(ShardId shard) => _epochs.GetValueOrDefault(shard);

    public async ValueTask<long> AcquireAsync(ShardId shard, CancellationToken cancellationToken = default) =>
        _epochs[shard] = await _store.AcquireAsync(shard, cancellationToken);

    public ValueTask<byte[]?[]> GetAsync(ShardId shard, IReadOnlyList<string> keys, CancellationToken cancellationToken = default) =>
        _store.GetAsync(shard, keys, cancellationToken);

    public async ValueTask WriteAsync(ShardId shard, long epoch, IReadOnlyList<StateWrite> writes, WriteSource source, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _asked);
        if (_gate is { } gate)
        {
            _held.TrySetResult();

            // As a write that is under way: whoever gives it up does not take it back.
            await gate.Task;
        }

        await _store.WriteAsync(shard, epoch, writes, source, CancellationToken.None);
    }

    public IAsyncEnumerable<KeyValuePair<string, byte[]>> ScanAsync(ShardId shard, CancellationToken cancellationToken = default) => _store.ScanAsync(shard, cancellationToken);

    public ValueTask PutFileNameAsync(long number, string name, CancellationToken cancellationToken = default) => _store.PutFileNameAsync(number, name, cancellationToken);

    public ValueTask<string?> GetFileNameAsync(long number, CancellationToken cancellationToken = default) => _store.GetFileNameAsync(number, cancellationToken);
}
