using System.Collections.Concurrent;
using CustomerTrack.State;

namespace CustomerTrack.Detect;

/// <summary>Which shards this process has activated before: their customers' grains may still be here.</summary>
internal sealed class ShardActivations
{
    private readonly ConcurrentDictionary<ShardId, byte> _shards = new();

    /// <summary>Notes an activation; true unless it is the shard's first in this process.</summary>
    public bool NoteAgain(ShardId shard) => !_shards.TryAdd(shard, 0);
}
