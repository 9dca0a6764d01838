using CustomerTrack.Detect;
using CustomerTrack.State;

namespace CustomerTrack.Rebuild;

/// <summary>The states of one dimension in the making, whose only writer this is.</summary>
internal sealed class NewStates(ICustomerStateStore store, string dimension)
{
    private readonly long[] _epochs = new long[store.ShardCount];

    public async Task AcquireAsync(CancellationToken cancellationToken) =>
        await Parallel.ForAsync(0, _epochs.Length, cancellationToken, async (shard, token) => _epochs[shard] = await store.AcquireAsync(Id(shard), token));

    /// <summary>Reads the states of some customers, lets each be changed, and writes what was; durable when it returns.</summary>
    /// <param name="change">Gets what belongs to a customer and its state, empty where there is none; null leaves it. Called by several threads at once.</param>
    public async Task UpdateAsync<T>(IReadOnlyCollection<KeyValuePair<string, T>> customers, Func<string, T, byte[], byte[]?> change, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(customers.GroupBy(customer => Sharding.ShardOf(customer.Key, store.ShardCount)), cancellationToken, async (shard, token) =>
        {
            var members = shard.ToList();
            var states = await store.GetAsync(Id(shard.Key), members.ConvertAll(member => member.Key), token);
            var writes = new List<StateWrite>(members.Count);
            for (var i = 0; i < states.Length; i++)
            {
                if (change(members[i].Key, members[i].Value, states[i] ?? []) is { } changed)
                {
                    writes.Add(new(members[i].Key, changed));
                }
            }

            if (writes.Count > 0)
            {
                await store.WriteAsync(Id(shard.Key), _epochs[shard.Key], writes, WriteSource.Alone, token);
            }
        });

    private ShardId Id(int shard) => new(dimension, shard);
}
