using System.Globalization;
using CustomerTrack.State;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>
/// The keys of one service. All have one hash tag, so that a script may touch any of them; none but these start with it.
/// </summary>
internal sealed class RedisKeys
{
    private const string NewPart = "new:";

    private readonly string _root;

    public RedisKeys(string prefix, string serviceId)
        : this($"{{{prefix}:{serviceId}}}:")
    {
    }

    private RedisKeys(string root) => _root = root;

    /// <summary>What every key starts with.</summary>
    public string Root => _root;

    /// <summary>The keys of states that a rebuild makes beside these.</summary>
    public RedisKeys New => new(_root + NewPart);

    /// <summary>A sorted set: the processes that work with the states, and when each said so last, in milliseconds.</summary>
    public RedisKey Processes => _root + "processes";

    /// <summary>A hash: id of the states, format, number of shards, and the last number a landing file was given.</summary>
    public RedisKey Meta => _root + "meta";

    /// <summary>A hash: names of landing files by their numbers.</summary>
    public RedisKey FileNames => _root + "names";

    /// <summary>A sorted set: the numbers of the open landing files, which are their scores too.</summary>
    public RedisKey OpenFiles => _root + "files:open";

    /// <summary>A hash: owners of the open landing files by number.</summary>
    public RedisKey FileOwners => _root + "files:owners";

    /// <summary>A list: the keys with which sessions are protected, as XML.</summary>
    public RedisKey SessionKeys => _root + "session-keys";

    /// <summary>A set: owners whose files were taken over.</summary>
    public RedisKey DeadOwners => _root + "files:dead";

    /// <summary>A hash: states of a shard's customers by key.</summary>
    public RedisKey States(ShardId shard) => Of("states", shard);

    /// <summary>A hash: epoch and version of a shard.</summary>
    public RedisKey Fence(ShardId shard) => Of("fence", shard);

    /// <summary>What one process asked the registry of files for last.</summary>
    public RedisKey Asked(string asker) => $"{_root}files:asked:{asker}";

    /// <summary>Who has a seat.</summary>
    public RedisKey Seat(string seat) => $"{_root}seat:{seat}";

    /// <summary>A hash: a note, with who wrote it and which of the writer's notes it is.</summary>
    public RedisKey Note(string name) => $"{_root}note:{name}";

    /// <summary>The states of a shard by what <see cref="ShardOf"/> says.</summary>
    public RedisKey States(string shard) => $"{_root}states:{shard}";

    /// <summary>The fence of a shard by what <see cref="ShardOf"/> says.</summary>
    public RedisKey Fence(string shard) => $"{_root}fence:{shard}";

    /// <summary>Which shard's states or fence a key holds; null for another key.</summary>
    public string? ShardOf(string key)
    {
        foreach (var kind in (ReadOnlySpan<string>)["states:", "fence:"])
        {
            if (key.StartsWith(_root + kind, StringComparison.Ordinal))
            {
                return key[(_root.Length + kind.Length)..];
            }
        }

        return null;
    }

    private RedisKey Of(string what, ShardId shard) => string.Create(CultureInfo.InvariantCulture, $"{_root}{what}:{shard.Dimension}/{shard.Number}");
}
