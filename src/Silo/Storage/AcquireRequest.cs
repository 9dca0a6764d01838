using CustomerTrack.State;
using RocksDbSharp;

namespace CustomerTrack.Storage;

/// <summary>Raises a shard's epoch.</summary>
internal sealed class AcquireRequest(ShardId shard) : CommitRequest
{
    private readonly byte[] _key = StateKeys.Epoch(shard);

    public override long Bytes => _key.Length + sizeof(long);

    public override Exception? Stage(EpochTable epochs, WriteBatch batch)
    {
        Result = epochs.Of(shard) + 1;
        epochs.Stage(shard, Result);
        batch.Put(_key, StateKeys.Number(Result));
        return null;
    }
}
