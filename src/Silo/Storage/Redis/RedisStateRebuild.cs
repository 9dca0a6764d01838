using System.Globalization;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>
/// A rebuild of the states of a cluster: the new ones are made under keys of their own, and one script puts them in the place of those in use. Meanwhile a mark, which
/// is another for every rebuild, stands where the id of the states is: every script looks at the id, so neither a silo nor an earlier rebuild that was only paused writes anything.
/// </summary>
internal sealed class RedisStateRebuild : IStateRebuild
{
    private const string MarkStart = "rebuilding-";
    private const int KeysPerScan = 1000;

    private readonly RedisConnection _redis;
    private readonly RedisHeartbeat _heartbeat;
    private readonly RedisKeys _keys;
    private readonly string _process;
    private readonly string _mark;
    private readonly int _shards;
    private RedisStateStore? _present;
    private RedisStateStore? _new;

    private RedisStateRebuild(RedisConnection redis, RedisHeartbeat heartbeat, RedisKeys keys, string process, string mark, int shards, bool hasPresent)
    {
        _redis = redis;
        _heartbeat = heartbeat;
        _keys = keys;
        _process = process;
        _mark = mark;
        _shards = shards;
        _present = hasPresent ? Store(keys) : null;
        _new = Store(keys.New);
    }

    /// <inheritdoc/>
    public ICustomerStateStore? Present => _present;

    /// <inheritdoc/>
    public string? PresentFailure => null;

    /// <inheritdoc/>
    public ICustomerStateStore New => _new ?? throw new InvalidOperationException("The new states have replaced those in use.");

    /// <summary>Whether this stands in the place of the id while a rebuild is under way.</summary>
    public static bool IsMark(string id) => id.StartsWith(MarkStart, StringComparison.Ordinal);

    /// <summary>The id of the states of a service, also while they are rebuilt, and whether there is any customer. Changes nothing.</summary>
    /// <exception cref="Cli.CommandFailedException">The server does not answer, or cannot be used.</exception>
    /// <exception cref="StateStoreException">They cannot be read.</exception>
    public static async Task<(string? Id, bool HasCustomers)> FindAsync(RedisOptions options, string serviceId, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var redis = await RedisConnection.OpenAsync(RedisStates.Configure(options), options, time, NullLogger.Instance, cancellationToken);
        var keys = new RedisKeys(options.KeyPrefix, serviceId);
        var meta = await ReadAsync(redis, keys, serviceId, cancellationToken);
        var states = keys.States("").ToString();
        var found = await KeysBelowAsync(redis, keys, cancellationToken);
        return (meta?.Id, found.Any(key => key.StartsWith(states, StringComparison.Ordinal)));
    }

    /// <summary>Begins a rebuild of the states of a service, from nothing.</summary>
    /// <param name="stateId">The id of the states when it is done.</param>
    /// <param name="shards">For states that there are none of yet; null for the default.</param>
    /// <exception cref="Cli.CommandFailedException">The server does not answer, or cannot be used.</exception>
    /// <exception cref="StateStoreException">A process works with the states, or what is there cannot be read.</exception>
    public static async Task<RedisStateRebuild> OpenAsync(
        RedisOptions options, string serviceId, string stateId, int? shards, TimeProvider time, CancellationToken cancellationToken)
    {
        var redis = await RedisConnection.OpenAsync(RedisStates.Configure(options), options, time, NullLogger.Instance, cancellationToken);
        RedisHeartbeat? heartbeat = null;
        try
        {
            var keys = new RedisKeys(options.KeyPrefix, serviceId);
            var process = RedisHeartbeat.NewProcess();
            await RedisHeartbeat.MustBeAloneAsync(redis, keys, process, time, cancellationToken);
            var present = await ReadAsync(redis, keys, serviceId, cancellationToken);
            var count = present?.Shards ?? shards ?? StateOptions.DefaultShards;
            var mark = $"{MarkStart}{Guid.NewGuid():N}";
            heartbeat = RedisHeartbeat.Begin(redis, keys, process, time);
            Check(redis, await redis.RunAsync(
                "Beginning a rebuild",
                redis.Deadline(),
                RedisScripts.BeginRebuild,
                [keys.Meta, keys.New.Meta, keys.Processes],
                [mark, stateId, RedisStates.FormatVersion, count, process, (long)RedisHeartbeat.Lifetime.TotalMilliseconds],
                cancellationToken));
            await RemoveLeftoversAsync(redis, keys, cancellationToken);
            return new(redis, heartbeat, keys, process, mark, count, present is not null);
        }
        catch
        {
            if (heartbeat is not null)
            {
                await heartbeat.DisposeAsync();
            }

            await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>Landing files get only numbers above <paramref name="number"/> once the new states are in use.</summary>
    /// <exception cref="StateStoreException">It could not be written, or another rebuild has begun.</exception>
    public async ValueTask PassNumberAsync(long number, CancellationToken cancellationToken = default) =>
        await _redis.RunAsync("Passing numbers of landing files", _redis.Deadline(), RedisScripts.PassNumber, [_keys.New.Meta], [_mark, number], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ICustomerStateStore> ReplaceAsync(CancellationToken cancellationToken = default)
    {
        var (next, found) = (_keys.New, await KeysBelowAsync(_redis, _keys, cancellationToken));
        var shards = found.Select(key => _keys.ShardOf(key) ?? next.ShardOf(key)).OfType<string>().Distinct(StringComparer.Ordinal);
        RedisKey[] keys =
        [
            _keys.Meta, next.Meta, _keys.Processes, _keys.FileNames, next.FileNames,
            .. shards.SelectMany(shard => (RedisKey[])[_keys.Fence(shard), next.Fence(shard), _keys.States(shard), next.States(shard)]),
        ];
        (_present, _new) = (null, null);
        Check(_redis, await _redis.RunAsync(
            "Replacing the states",
            _redis.Deadline(),
            RedisScripts.ReplaceStates,
            keys,
            [_mark, "", "", "", _process, (long)RedisHeartbeat.Lifetime.TotalMilliseconds],
            cancellationToken));
        return Store(_keys);
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default) =>
        await _redis.RunAsync("Ending a rebuild", _redis.Deadline(), RedisScripts.EndRebuild, [_keys.Meta], [_mark], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _heartbeat.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private static void Check(RedisConnection redis, string[] answer)
    {
        if (answer[0] == RedisScripts.Living)
        {
            throw RedisHeartbeat.Living(redis.Place, answer[1]);
        }
    }

    private static async Task<(string Id, int Shards)?> ReadAsync(RedisConnection redis, RedisKeys keys, string serviceId, CancellationToken cancellationToken)
    {
        var found = await redis.AskAsync("Looking at the states", redis.Deadline(), async database =>
        {
            var meta = database.HashGetAsync(keys.Meta, ["id", "kept", "format", "shards"]);
            var exists = database.KeyExistsAsync(keys.Meta);
            var values = await meta;
            return (Meta: values, Exists: await exists);
        }, cancellationToken);
        if (!found.Exists)
        {
            return null;
        }

        var id = (string?)(IsMark(found.Meta[0].ToString()) ? found.Meta[1] : found.Meta[0]);
        if (id is not { Length: 32 } || !int.TryParse(found.Meta[3].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var shards))
        {
            throw new StateStoreException($"Redis at {redis.Place} holds data of the service '{serviceId}', but not that of a CustomerTrack state store.", innerException: null);
        }

        return found.Meta[2] == RedisStates.FormatVersion
            ? (id, shards)
            : throw new StateStoreException(
                $"The states of the service '{serviceId}' in Redis at {redis.Place} have format {found.Meta[2]}; this program rebuilds format {RedisStates.FormatVersion}.", innerException: null);
    }

    // What an earlier rebuild made. Its writes are refused since the mark is another, so what is found is all there is.
    private static async Task RemoveLeftoversAsync(RedisConnection redis, RedisKeys keys, CancellationToken cancellationToken)
    {
        var (root, meta) = (keys.New.Root, keys.New.Meta.ToString());
        foreach (var batch in (await KeysBelowAsync(redis, keys.New, cancellationToken)).Where(key => key.StartsWith(root, StringComparison.Ordinal) && key != meta).Chunk(KeysPerScan))
        {
            await redis.AskAsync("Removing a rebuild that was cut short", redis.Deadline(), database => database.ExecuteAsync("UNLINK", [.. batch.Select(key => (RedisKey)key)]), cancellationToken);
        }
    }

    private static async Task<HashSet<string>> KeysBelowAsync(RedisConnection redis, RedisKeys keys, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            var answer = (RedisResult[])(await redis.AskAsync(
                "Listing keys", redis.Deadline(), database => database.ExecuteAsync("SCAN", cursor, "MATCH", keys.Root + "*", "COUNT", KeysPerScan), cancellationToken))!;
            cursor = (string)answer[0]!;
            found.UnionWith((string[])answer[1]!);
        }
        while (cursor != "0");

        return found;
    }

    private RedisStateStore Store(RedisKeys keys) => new(_redis, keys, _mark, _shards, NullLogger.Instance);
}
