using CustomerTrack.RedisServer;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>The server that tests run against does what its methods say.</summary>
public sealed class RedisProcessTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_keeps_its_data_through_a_stop_and_a_kill_and_loses_them_when_it_is_wiped()
    {
        Assert.SkipUnless(RedisProcess.IsInstalled, RedisProcess.WhyMissing ?? "");
        await using var server = await RedisProcess.StartAsync(_folder.Of("redis"), cancellationToken: Cancellation);
        await ExecuteAsync(server, "SET", "a", "1");

        await server.StopAsync();
        Assert.Null(server.Id);
        await server.StartAgainAsync(Cancellation);
        Assert.Equal("1", await ExecuteAsync(server, "GET", "a"));

        server.Pause();
        await server.KillAsync();
        server.CopyTo(_folder.Of("old"));
        await server.StartAgainAsync(Cancellation);
        Assert.Equal("1", await ExecuteAsync(server, "GET", "a"));
        await ExecuteAsync(server, "SET", "a", "2");
        await server.RestoreAsync(_folder.Of("old"));
        await server.StartAgainAsync(Cancellation);
        Assert.Equal("1", await ExecuteAsync(server, "GET", "a"));

        await server.WipeAsync();
        await server.StartAgainAsync(Cancellation);
        Assert.Null(await ExecuteAsync(server, "GET", "a"));
    }

    [Fact]
    public async Task A_setting_it_does_not_take_is_told()
    {
        Assert.SkipUnless(RedisProcess.IsInstalled, RedisProcess.WhyMissing ?? "");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RedisProcess.StartAsync(_folder.Of("redis"), new Dictionary<string, string> { ["appendfsync"] = "seldom" }, Cancellation));

        Assert.Contains("appendfsync", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> ExecuteAsync(RedisProcess server, string command, params object[] arguments)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.Connection);
        return (string?)await redis.GetDatabase().ExecuteAsync(command, arguments);
    }
}
