using System.Globalization;
using CustomerTrack.Harness;
using StackExchange.Redis;

namespace CustomerTrack.Faults;

/// <summary>What the cluster's silos have in Redis together, looked at from outside.</summary>
internal sealed class RedisView : IAsyncDisposable
{
    private const int Dead = 6;
    private const string Members = "customertrack/members/customertrack";

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
        var rows = await Database.HashGetAllAsync(Members);
        return rows.Count(IsGone);
    }

    /// <summary>Whether a silo's process, which has been up, was declared dead, or left.</summary>
    public async Task<bool> IsGoneAsync(ClusterSilo silo)
    {
        var rows = await Database.HashGetAllAsync(Members);
        var address = string.Create(CultureInfo.InvariantCulture, $"S{silo.Network?.Address.ToString() ?? "127.0.0.1"}:{silo.Port}:");
        return IsGone(rows.Where(row => row.Name.ToString().StartsWith(address, StringComparison.Ordinal)).OrderBy(row => row.Name.ToString(), StringComparer.Ordinal).Last());
    }

    /// <summary>How many landing files are open in the register.</summary>
    public async Task<long> CountOpenFilesAsync() =>
        await Database.SortedSetLengthAsync("{customertrack:customertrack}:files:open") + await Database.HashLengthAsync("{customertrack:customertrack}:files:owners");

    private static bool IsGone(HashEntry row) => row.Value.ToString().Contains($"\"Status\":{Dead}", StringComparison.Ordinal);

    public async ValueTask DisposeAsync() => await _redis.DisposeAsync();
}
