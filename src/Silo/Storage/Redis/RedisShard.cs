using CustomerTrack.State;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>
/// What this process knows of one shard's fence. A write names the version it expects, which is the one of the states that were read for it. When the
/// acknowledgement of a write is lost, the version is in doubt: Redis may have executed the write, or may do so at any time later. It is read anew before
/// any state of the shard is, so the states read are never older than the version that is expected from then on, and of the lost write and the repeated
/// one at most one gets in.
/// </summary>
internal sealed class RedisShard(ShardId id, RedisKeys keys)
{
    private volatile bool _inDoubt;

    public ShardId Id => id;

    public RedisKey States { get; } = keys.States(id);

    public RedisKey Fence { get; } = keys.Fence(id);

    /// <summary>Held while the fence is changed or read, and through a write.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>The newest epoch that was acquired, or written with, in this process; 0 for none.</summary>
    public long Epoch { get; private set; }

    /// <summary>What the next write with <see cref="Epoch"/> expects, unless it is in doubt.</summary>
    public long Version { get; private set; }

    /// <summary>Whether <see cref="Version"/> has to be read anew.</summary>
    public bool InDoubt => _inDoubt;

    /// <summary>The highest epoch that Redis has told.</summary>
    public long SeenEpoch { get; private set; }

    /// <summary>The highest version that Redis has told.</summary>
    public long SeenVersion { get; private set; }

    public void Doubt() => _inDoubt = true;

    /// <summary>A write comes with an epoch that this process did not acquire.</summary>
    public void Adopt(long epoch)
    {
        Epoch = epoch;
        _inDoubt = true;
    }

    public void Acquired(long epoch, long version)
    {
        Epoch = epoch;
        Seen(epoch, version);
        Expect(version);
    }

    /// <summary>Redis has told <paramref name="version"/>, which no state read from now on is older than.</summary>
    public void Expect(long version)
    {
        Version = version;
        SeenVersion = Math.Max(SeenVersion, version);
        _inDoubt = false;
    }

    public void Seen(long epoch, long version)
    {
        SeenEpoch = Math.Max(SeenEpoch, epoch);
        SeenVersion = Math.Max(SeenVersion, version);
    }
}
