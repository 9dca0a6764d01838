using CustomerTrack.State;

namespace CustomerTrack.Detect;

/// <summary>A shard's activation on this silo, with the epoch it acquired.</summary>
internal sealed class OwnedShard(ShardId shard, long epoch, IGrainContext activation, long confirmedAt)
{
    private long _confirmedAt = confirmedAt;

    public ShardId Shard { get; } = shard;

    public long Epoch { get; } = epoch;

    public IGrainContext Activation { get; } = activation;

    /// <summary>A moment at which the store agreed that the epoch is the newest, as <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long ConfirmedAt
    {
        get => Volatile.Read(ref _confirmedAt);
        set => Volatile.Write(ref _confirmedAt, value);
    }
}
