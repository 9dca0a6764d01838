using CustomerTrack.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Storage;

/// <summary>The registry in Redis does what every shared registry must.</summary>
public sealed class RedisFileRegistryCompliance(RedisFixture redis) : FileRegistryCompliance, IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly string _service = Guid.NewGuid().ToString("N");
    private readonly List<RedisStates> _opened = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var states in _opened)
        {
            await states.DisposeAsync();
        }
    }

    protected override async ValueTask<IFileRegistry> OpenAsync()
    {
        _opened.Add(await RedisStates.OpenAsync(
            new() { Connection = redis.Server.Connection }, _service, shards: null, TimeProvider.System, NullLoggerFactory.Instance, Cancellation));
        return _opened[^1].Files;
    }
}
