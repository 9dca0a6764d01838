using StackExchange.Redis;

namespace CustomerTrack.Faults;

/// <summary>The cluster's table of silos, as Orleans keeps it in Redis.</summary>
internal sealed class SiloTable : IAsyncDisposable
{
    private const int Dead = 6;

    private readonly ConnectionMultiplexer _redis;

    private SiloTable(ConnectionMultiplexer redis) => _redis = redis;

    public IDatabase Database => _redis.GetDatabase();

    public static async Task<SiloTable> ConnectAsync(string connection)
    {
        var options = ConfigurationOptions.Parse(connection);
        options.AbortOnConnectFail = false;
        return new(await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>How many processes were declared dead, or left, so far.</summary>
    public async Task<int> CountGoneAsync()
    {
        var rows = await Database.HashGetAllAsync("customertrack/members/customertrack");
        return rows.Count(row => row.Value.ToString().Contains($"\"Status\":{Dead}", StringComparison.Ordinal) || row.Value.ToString().Contains("\"Status\":\"Dead\"", StringComparison.Ordinal));
    }

    /// <summary>Every key there is, for a look at what is left.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string pattern)
    {
        List<string> keys = [];
        await foreach (var key in _redis.GetServers()[0].KeysAsync(pattern: pattern))
        {
            keys.Add(key.ToString());
        }

        return keys;
    }

    public async ValueTask DisposeAsync() => await _redis.DisposeAsync();
}
