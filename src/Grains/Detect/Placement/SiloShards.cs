using System.Collections.Concurrent;
using CustomerTrack.State;

namespace CustomerTrack.Detect;

/// <summary>The shards that are active on this silo, and what customers beside them go by.</summary>
internal sealed class SiloShards(ICustomerStateStore store, ShardPlaces places, TimeProvider time)
{
    /// <summary>
    /// How long after the store last agreed with a shard's epoch its customers answer reads from memory. Another silo may own the shard by then
    /// without this one knowing, so it is the most that a read is behind on a silo the others believe dead.
    /// </summary>
    public static readonly TimeSpan ConfirmedFor = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<ShardId, OwnedShard> _shards = new();

    public ICustomerStateStore Store => store;

    public TimeProvider Time => time;

    public IEnumerable<OwnedShard> Owned => _shards.Values;

    /// <param name="asked">When the store was asked for the epoch.</param>
    public OwnedShard Own(ShardId shard, long epoch, IGrainContext activation, long asked) =>
        _shards[shard] = new OwnedShard(shard, epoch, activation, asked);

    public void Leave(OwnedShard owned) => _shards.TryRemove(new(owned.Shard, owned));

    /// <summary>Whether memory that this epoch's activation filled is what the store holds: it is active here, and the store agreed lately.</summary>
    public bool IsOwned(ShardId shard, long epoch) =>
        _shards.TryGetValue(shard, out var owned) && owned.Epoch == epoch && time.GetElapsedTime(owned.ConfirmedAt) < ConfirmedFor;

    /// <inheritdoc cref="ShardPlaces.IsHere"/>
    public bool IsHere(ShardId shard) => places.IsHere(shard);

    public ShardId ShardOf(string dimension, string key) => new(dimension, Sharding.ShardOf(key, store.ShardCount));
}
