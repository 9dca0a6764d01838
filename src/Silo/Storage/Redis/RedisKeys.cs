using System.Globalization;
using CustomerTrack.State;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>
/// The keys of one service. All have one hash tag, so that a script may touch any of them; none but these start with it.
/// </summary>
internal sealed class RedisKeys(string prefix, string serviceId)
{
    private readonly string _root = $"{{{prefix}:{serviceId}}}:";

    /// <summary>A hash: id of the states, format, number of shards, and the last number a landing file was given.</summary>
    public RedisKey Meta => _root + "meta";

    /// <summary>A hash: names of landing files by their numbers.</summary>
    public RedisKey FileNames => _root + "names";

    /// <summary>A sorted set: the numbers of the open landing files, which are their scores too.</summary>
    public RedisKey OpenFiles => _root + "files:open";

    /// <summary>A hash: owners of the open landing files by number.</summary>
    public RedisKey FileOwners => _root + "files:owners";

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

    private RedisKey Of(string what, ShardId shard) => string.Create(CultureInfo.InvariantCulture, $"{_root}{what}:{shard.Dimension}/{shard.Number}");
}
