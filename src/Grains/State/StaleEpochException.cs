namespace CustomerTrack.State;

/// <summary>A shard was acquired by another activation since; this one must not write and has to go.</summary>
public sealed class StaleEpochException(ShardId shard, long epoch, long current)
    : Exception($"Shard {shard} was acquired with epoch {current}; a write with epoch {epoch} is refused.")
{
    public ShardId Shard { get; } = shard;
}
