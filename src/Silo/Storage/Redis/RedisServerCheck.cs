using CustomerTrack.Cli;
using CustomerTrack.State;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>Whether a server can be trusted with the only copy of the states.</summary>
internal static class RedisServerCheck
{
    private const int OldestMajor = 6;

    private static readonly (string Setting, string Needed, string Why)[] Needed =
    [
        ("appendonly", "yes", "without its log Redis forgets what it acknowledged when it ends"),
        ("appendfsync", "always", "otherwise Redis acknowledges writes that are not on disk yet, and a crash takes customers back in time while the lake stays ahead"),
        ("no-appendfsync-on-rewrite", "no", "otherwise Redis acknowledges writes that are not on disk while it rewrites its log"),
        ("maxmemory-policy", "noeviction", "otherwise Redis drops customers when its memory is full"),
    ];

    /// <exception cref="CommandFailedException">It cannot; says why, and what is needed.</exception>
    /// <exception cref="StateStoreException">It did not answer.</exception>
    public static async Task RunAsync(string place, RedisOptions options, Func<string, object[], Task<RedisResult>> askAsync)
    {
        var info = ((string?)await askAsync("INFO", []) ?? "")
            .Split('\n', StringSplitOptions.TrimEntries)
            .Select(line => line.Split(':', 2))
            .Where(parts => parts.Length == 2)
            .DistinctBy(parts => parts[0])
            .ToDictionary(parts => parts[0], parts => parts[1]);
        var version = info.GetValueOrDefault("redis_version", "unknown");
        if (!int.TryParse(version.Split('.')[0], out var major) || major < OldestMajor)
        {
            throw new CommandFailedException($"Redis at {place} has version {version}; needed is {OldestMajor}.0 or newer.");
        }

        if (info.GetValueOrDefault("cluster_enabled") == "1")
        {
            throw new CommandFailedException($"Redis at {place} is a node of a Redis Cluster, which is not supported; a single server, with replicas or without, is.");
        }

        if (info.GetValueOrDefault("role") is "slave" or "replica")
        {
            throw new CommandFailedException($"Redis at {place} is a replica; {RedisOptions.SectionName}:{nameof(RedisOptions.Connection)} has to name the server that takes writes.");
        }

        if (options.AssumeDurable)
        {
            return;
        }

        foreach (var (setting, needed, why) in Needed)
        {
            var value = await ValueOfAsync(setting);
            if (value != needed)
            {
                throw new CommandFailedException($"Redis at {place} has '{setting} {value}'; needed is '{setting} {needed}': {why}. {Otherwise}");
            }
        }

        async Task<string?> ValueOfAsync(string setting)
        {
            try
            {
                var answer = (RedisResult[]?)await askAsync("CONFIG", ["GET", setting]);
                if (answer is [_, var value])
                {
                    return (string?)value;
                }
            }
            catch (StateStoreException failure) when (failure.InnerException is RedisServerException refused && !refused.Message.StartsWith("LOADING", StringComparison.Ordinal))
            {
                throw new CommandFailedException($"Redis at {place} does not say whether it keeps what it acknowledges: 'CONFIG GET {setting}' is refused. {Otherwise}", failure);
            }

            throw new CommandFailedException($"Redis at {place} does not say whether it keeps what it acknowledges: it knows no setting '{setting}'. {Otherwise}");
        }
    }

    private static string Otherwise =>
        $"If its operator vouches that what it has acknowledged survives its restart and its failover, set {RedisOptions.SectionName}:{nameof(RedisOptions.AssumeDurable)} to true.";
}
