using System.Threading.Channels;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Keeps Snowflake up with the lake: announces new objects, finds out what became of them, and writes again what was not
/// loaded. While Snowflake is away the backlog grows here and in the lake, and nothing upstream waits for it.
/// </summary>
public sealed partial class SnowflakeDelivery : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan LastAnnouncement = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly IReadOnlyList<DimensionDelivery> _dimensions;
    private readonly Dictionary<string, DimensionDelivery> _byName;
    private readonly ISnowflakeSql _sql;
    private readonly ISnowpipe? _snowpipe;
    private readonly TimeProvider _time;
    private readonly ILogger<SnowflakeDelivery> _logger;
    private readonly Channel<LakeObject> _written = Channel.CreateUnbounded<LakeObject>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private Task? _running;
    private Task? _arriving;
    private int _disposed;

    /// <param name="snowpipe">Null where the bucket's events announce objects.</param>
    public SnowflakeDelivery(
        IDimensionCatalog dimensions, IStagedLake lake, ISnowflakeSql sql, ISnowpipe? snowpipe, SnowflakeOptions options, TimeProvider time, ILogger<SnowflakeDelivery> logger)
    {
        _dimensions = [.. dimensions.All.Select(dimension => new DimensionDelivery(dimension, lake, sql, snowpipe, options, time, logger))];
        _byName = dimensions.All.Zip(_dimensions).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
        _sql = sql;
        _snowpipe = snowpipe;
        _time = time;
        _logger = logger;
    }

    /// <summary>How far each dimension is.</summary>
    public IReadOnlyList<DeliveryStatus> GetStatus() => [.. _dimensions.Select(dimension => dimension.Status)];

    /// <summary>Has a new object delivered; returns at once. What is lost here is found in the lake at the next start.</summary>
    public void Enqueue(LakeObject written) => _written.Writer.TryWrite(written);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running ??= Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
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

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                Take();
                foreach (var dimension in _dimensions)
                {
                    await dimension.StepAsync(cancellationToken);
                }

                await SleepAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }

        await AnnounceLastAsync();
    }

    private void Take()
    {
        while (_written.Reader.TryRead(out var written))
        {
            _byName[written.Dimension].Add(written);
        }
    }

    /// <summary>Waits for a new object, or until something is due.</summary>
    private async Task SleepAsync(CancellationToken cancellationToken)
    {
        var due = _dimensions.Min(dimension => dimension.DueIn);
        if (due == TimeSpan.Zero)
        {
            return;
        }

        var until = due is null ? Timeout.InfiniteTimeSpan : due < LongestSleep ? due.Value + TimeSpan.FromMilliseconds(1) : LongestSleep;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = Task.Delay(until, _time, ended.Token);
        _arriving ??= _written.Reader.WaitToReadAsync(cancellationToken).AsTask();
        if (await Task.WhenAny(_arriving, timer) == _arriving)
        {
            await _arriving;
            _arriving = null;
        }

        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task AnnounceLastAsync()
    {
        Take();
        using var time = new CancellationTokenSource(LastAnnouncement, _time);
        try
        {
            foreach (var dimension in _dimensions)
            {
                await dimension.AnnounceAsync(time.Token);
            }
        }
        catch (Exception failure) when (failure is SnowflakeException or OperationCanceledException)
        {
            LogLeft(failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The last objects were not announced to Snowflake; the next process does that: {Why}")]
    private partial void LogLeft(string why);
}
