using CustomerTrack.State;
using RocksDbSharp;

namespace CustomerTrack.Storage;

/// <summary>
/// The shards' epochs as the committer sees them: what is stored, overlaid with what the group in hand is about to store.
/// The process has the store to itself, so a stored epoch is read once. Used by the committer's thread only.
/// </summary>
internal sealed class EpochTable(RocksDb database)
{
    private readonly Dictionary<ShardId, long> _stored = [];
    private readonly Dictionary<ShardId, long> _staged = [];

    /// <summary>The newest epoch of a shard; 0 when nobody acquired it yet.</summary>
    public long Of(ShardId shard)
    {
        if (_staged.TryGetValue(shard, out var epoch) || _stored.TryGetValue(shard, out epoch))
        {
            return epoch;
        }

        epoch = database.Get(StateKeys.Epoch(shard)) is { } bytes ? StateKeys.Number(bytes) : 0;
        _stored.Add(shard, epoch);
        return epoch;
    }

    public void Stage(ShardId shard, long epoch) => _staged[shard] = epoch;

    /// <summary>The group is durable.</summary>
    public void Keep()
    {
        foreach (var (shard, epoch) in _staged)
        {
            _stored[shard] = epoch;
        }

        _staged.Clear();
    }

    /// <summary>The group failed. What the log holds of it is unknown, so everything is read anew.</summary>
    public void Forget()
    {
        _staged.Clear();
        _stored.Clear();
    }
}
