using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Keeps Snowflake up with the lake: announces new objects, finds out what became of them, and writes again what was not
/// loaded. While Snowflake is away the backlog grows here and in the lake, and nothing upstream waits for it.
/// </summary>
public sealed class SnowflakeDelivery : IHostedService, IAsyncDisposable
{
    // Per dimension. More stays in the lake until there is room.
    private const int Capacity = 100_000;

    private static readonly TimeSpan StatementLimit = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DeliveryLoop> _loops;
    private readonly ISnowflakeSql _sql;
    private readonly ISnowpipe? _snowpipe;
    private readonly CancellationTokenSource _stopping = new();
    private Task? _running;
    private int _disposed;

    /// <param name="snowpipe">Null where the bucket's events announce objects.</param>
    public SnowflakeDelivery(
        IDimensionCatalog dimensions, IStagedLake lake, ISnowflakeSql sql, ISnowpipe? snowpipe, SnowflakeOptions options, TimeProvider time, ILogger<SnowflakeDelivery> logger)
    {
        var limited = new TimeLimitedSql(sql, StatementLimit, time);
        _loops = dimensions.All.ToDictionary(
            dimension => dimension.Name,
            dimension => new DeliveryLoop(new(dimension, lake, limited, snowpipe, options, Capacity, time, logger), time, logger),
            StringComparer.Ordinal);
        _sql = sql;
        _snowpipe = snowpipe;
    }

    /// <summary>How far each dimension is.</summary>
    public IReadOnlyList<DeliveryStatus> GetStatus() => [.. _loops.Values.Select(loop => loop.Status)];

    /// <summary>Has a new object delivered; returns at once. What is lost here is found in the lake at the next start.</summary>
    public void Enqueue(LakeObject written) => _loops[written.Dimension].Enqueue(written);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running ??= Task.WhenAll(_loops.Values.Select(loop => Task.Run(() => loop.RunAsync(_stopping.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>Announces what was written meanwhile, and stops. What is on its way is looked after by the next process.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_running is not null)
        {
            await _running.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A host disposes a hosted service that is also a singleton twice.
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await StopAsync(CancellationToken.None);
            _stopping.Dispose();
            _snowpipe?.Dispose();
            await _sql.DisposeAsync();
        }
    }
}
