using System.Runtime.CompilerServices;
using System.Text;
using CustomerTrack.State;

namespace CustomerTrack.Tests;

/// <summary>A state store in memory that fails when it is told to. It outlives silos, as a disk does.</summary>
public sealed class MemoryStateStore(int shards = 4) : ICustomerStateStore
{
    private static readonly Comparer<string> ByteOrder = Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));

    private readonly Lock _lock = new();
    private readonly Dictionary<ShardId, SortedDictionary<string, byte[]>> _states = [];
    private readonly Dictionary<ShardId, long> _epochs = [];
    private readonly Dictionary<long, string> _files = [];

    public int ShardCount => shards;

    /// <summary>Asked before each write of states.</summary>
    public Func<Fault>? WriteFault { get; set; }

    /// <summary>Knows whose the landing files are; a write of others' is refused. Null where one process is alone.</summary>
    public MemoryFileRegistry? Files { get; set; }

    /// <summary>Asked before each read of states; what happens after a read cannot matter.</summary>
    public Func<Fault>? ReadFault { get; set; }

    /// <summary>Writes of states that went through.</summary>
    public int Writes { get; private set; }

    /// <summary>Reads of states that were answered.</summary>
    public int Reads { get; private set; }

    public ValueTask<long> AcquireAsync(ShardId shard, CancellationToken cancellationToken = default)
    {
        Check(shard);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_epochs[shard] = _epochs.GetValueOrDefault(shard) + 1);
        }
    }

    public ValueTask<byte[]?[]> GetAsync(ShardId shard, IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        Check(shard);
        cancellationToken.ThrowIfCancellationRequested();
        Fail(ReadFault?.Invoke() ?? Fault.None, Fault.Before, "read");
        lock (_lock)
        {
            Reads++;
            var states = Of(shard);
            return new([.. keys.Select(key => states.GetValueOrDefault(key))]);
        }
    }

    public async ValueTask WriteAsync(ShardId shard, long epoch, IReadOnlyList<StateWrite> writes, WriteSource source, CancellationToken cancellationToken = default)
    {
        Check(shard);
        cancellationToken.ThrowIfCancellationRequested();
        var fault = WriteFault?.Invoke() ?? Fault.None;
        Fail(fault, Fault.Before, "written");
        if (writes.Any(write => !IsText(write.Key)))
        {
            throw new ArgumentException("A key is not text: it holds half a surrogate pair.", nameof(writes));
        }

        lock (_lock)
        {
            if (_epochs.GetValueOrDefault(shard) is var current && current != epoch)
            {
                throw new StaleEpochException(shard, epoch, current);
            }

            if (Files is { } registry && source.Files.Where(file => !registry.IsOpenFor(file, source.Owner)).Order().Cast<long?>().FirstOrDefault() is { } lost)
            {
                throw new StaleClaimException(source.Owner, lost);
            }

            Writes++;
            foreach (var write in writes)
            {
                Of(shard)[write.Key] = write.State.ToArray();
            }
        }

        await Task.Yield();
        Fail(fault, Fault.After, "written");
    }

    public async IAsyncEnumerable<KeyValuePair<string, byte[]>> ScanAsync(ShardId shard, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Check(shard);
        List<KeyValuePair<string, byte[]>> snapshot;
        lock (_lock)
        {
            snapshot = [.. Of(shard)];
        }

        foreach (var row in snapshot)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
            await Task.Yield();
        }
    }

    public ValueTask PutFileNameAsync(long number, string name, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            _files[number] = name;
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<string?> GetFileNameAsync(long number, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new(_files.GetValueOrDefault(number));
        }
    }

    private static bool IsText(string key) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(key)) == key;

    private static void Fail(Fault fault, Fault when, string what)
    {
        if (fault == when)
        {
            throw new StateStoreException($"The state could not be {what}: told to fail {when}.", new IOException("No space left on device."));
        }
    }

    private SortedDictionary<string, byte[]> Of(ShardId shard) =>
        _states.TryGetValue(shard, out var states) ? states : _states[shard] = new(ByteOrder);

    private void Check(ShardId shard)
    {
        if ((uint)shard.Number >= (uint)shards)
        {
            throw new ArgumentOutOfRangeException(nameof(shard), shard, $"The store has the shards 0 to {shards - 1}.");
        }
    }
}
