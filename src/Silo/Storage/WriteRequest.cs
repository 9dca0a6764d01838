using CustomerTrack.State;
using RocksDbSharp;

namespace CustomerTrack.Storage;

/// <summary>Changed states of one shard's customers.</summary>
internal sealed class WriteRequest : CommitRequest
{
    private readonly ShardId _shard;
    private readonly long _epoch;
    private readonly byte[][] _keys;
    private readonly IReadOnlyList<StateWrite> _writes;

    public WriteRequest(ShardId shard, long epoch, IReadOnlyList<StateWrite> writes)
    {
        _shard = shard;
        _epoch = epoch;
        _writes = writes;
        _keys = new byte[writes.Count][];
        var prefix = StateKeys.Customers(shard);
        for (var i = 0; i < _keys.Length; i++)
        {
            _keys[i] = StateKeys.Customer(prefix, writes[i].Key);
            Bytes += _keys[i].Length + writes[i].State.Length;
        }
    }

    public override int Rows => _keys.Length;

    public override long Bytes { get; }

    public override Exception? Stage(EpochTable epochs, WriteBatch batch)
    {
        var current = epochs.Of(_shard);
        if (_epoch != current)
        {
            return new StaleEpochException(_shard, _epoch, current);
        }

        for (var i = 0; i < _keys.Length; i++)
        {
            batch.Put(_keys[i], _writes[i].State.Span);
        }

        return null;
    }
}
