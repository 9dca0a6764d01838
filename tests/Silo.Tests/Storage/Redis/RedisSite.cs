using CustomerTrack.RedisServer;
using CustomerTrack.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Storage;

/// <summary>A server of one test, which may be harmed. Skips the test where there is none.</summary>
internal sealed class RedisSite : IAsyncDisposable
{
    private readonly List<RedisStates> _open = [];

    private RedisSite(TempFolder folder, RedisProcess server) => (Folder, Server) = (folder, server);

    public TempFolder Folder { get; }

    public RedisProcess Server { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RedisSite> StartAsync(params (string Name, string Value)[] settings)
    {
        Assert.SkipUnless(RedisProcess.IsInstalled, RedisProcess.WhyMissing ?? "");
        var folder = new TempFolder();
        return new(folder, await RedisProcess.StartAsync(folder.Of("redis"), settings.ToDictionary(setting => setting.Name, setting => setting.Value), Cancellation));
    }

    /// <summary>Opens the states, impatiently: calls fail after a second.</summary>
    public async Task<RedisStates> OpenAsync(string? connection = null, ILoggerFactory? loggers = null, Action<RedisOptions>? also = null)
    {
        var options = new RedisOptions { Connection = connection ?? Server.Connection, Timeout = TimeSpan.FromSeconds(1) };
        also?.Invoke(options);
        var states = await RedisStates.OpenAsync(options, "service", shards: null, TimeProvider.System, loggers ?? NullLoggerFactory.Instance, Cancellation);
        _open.Add(states);
        return states;
    }

    /// <summary>A command by hand.</summary>
    public async Task<string?> ExecuteAsync(string command, params object[] arguments)
    {
        await using var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(Server.Connection);
        return (string?)await redis.GetDatabase().ExecuteAsync(command, arguments);
    }

    /// <summary>Repeats a call as the pipeline does, until Redis takes it.</summary>
    public static async Task<T> RepeatAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (StateStoreException)
            {
                await Task.Delay(20, Cancellation);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var states in _open)
        {
            await states.DisposeAsync();
        }

        await Server.DisposeAsync();
        Folder.Dispose();
    }
}
