using StackExchange.Redis;

namespace CustomerTrack.Faults;

/// <summary>What the cluster's silos have in Redis together, looked at from outside.</summary>
internal sealed class RedisView : IAsyncDisposable
{
    private const int Dead = 6;

    private readonly ConnectionMultiplexer _redis;

    private RedisView(ConnectionMultiplexer redis) => _redis = redis;

    private IDatabase Database => _redis.GetDatabase();

    public static async Task<RedisView> ConnectAsync(string connection)
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

    /// <summary>How many landing files are open in the register.</summary>
    public async Task<long> CountOpenFilesAsync() =>
        await Database.SortedSetLengthAsync("{customertrack:customertrack}:files:open") + await Database.HashLengthAsync("{customertrack:customertrack}:files:owners");

    public async ValueTask DisposeAsync() => await _redis.DisposeAsync();
}
