using CustomerTrack.RedisServer;

namespace CustomerTrack.Storage;

/// <summary>One server for tests that do not harm it; each works with a service of its own. Skips them where there is none.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private RedisProcess? _server;

    public RedisProcess Server
    {
        get
        {
            Assert.SkipUnless(RedisProcess.IsInstalled, RedisProcess.WhyMissing ?? "");
            return _server!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (RedisProcess.IsInstalled)
        {
            _server = await RedisProcess.StartAsync(_folder.Of("redis"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }
}
