using System.Runtime.CompilerServices;
using CustomerTrack.Cli.Output;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Cluster;

/// <summary>
/// The time in which this silo writes the warehouse: the open file, what loads it, and what feeds Snowflake. Whoever uses the file enters and leaves; at the end
/// no one new comes in, and those inside are told to leave before the file is closed.
/// </summary>
internal sealed class WarehouseTenure : IAsyncDisposable
{
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private int _inside;

    private WarehouseTenure(DuckDbWarehouse warehouse, WarehouseLoader loader, SnowflakeDelivery? delivery, TimeProvider time)
    {
        Warehouse = warehouse;
        Loader = loader;
        Delivery = delivery;
        _time = time;
        Ending = _ending.Token;
    }

    public DuckDbWarehouse Warehouse { get; }

    public WarehouseLoader Loader { get; }

    /// <summary>Null where nothing is delivered to Snowflake.</summary>
    public SnowflakeDelivery? Delivery { get; }

    /// <summary>The tenure ends: leave.</summary>
    public CancellationToken Ending { get; }

    /// <summary>Takes an open warehouse over and starts to load what the lake has and the tables lack.</summary>
    public static async Task<WarehouseTenure> BeginAsync(DuckDbWarehouse warehouse, WarehouseLoader loader, SnowflakeDelivery? delivery, TimeProvider time, CancellationToken cancellationToken)
    {
        var tenure = new WarehouseTenure(warehouse, loader, delivery, time);
        await loader.StartAsync(cancellationToken);
        if (delivery is not null)
        {
            await delivery.StartAsync(cancellationToken);
        }

        return tenure;
    }

    /// <summary>Has objects loaded and delivered. Safe to repeat.</summary>
    public void Enqueue(LakeObject item)
    {
        Loader.Enqueue(item);
        Delivery?.Enqueue(item);
    }

    /// <summary>Uses the file until the result is disposed; null when the tenure is over.</summary>
    public IDisposable? TryEnter()
    {
        lock (_lock)
        {
            if (Ending.IsCancellationRequested)
            {
                return null;
            }

            _inside++;
            return new Visit(this);
        }
    }

    /// <summary>A result whose rows end, with an error, when the tenure does.</summary>
    public Result While(Result result, IDisposable visit) => new(result.Columns, RowsAsync(result.Rows), new Visited(result, visit));

    /// <summary>Ends the tenure: the file is closed when it returns, unless somebody inside does not leave in time.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (Ending.IsCancellationRequested)
            {
                return;
            }

            _ending.Cancel();
            if (_inside == 0)
            {
                _empty.TrySetResult();
            }
        }

        if (Delivery is not null)
        {
            await Delivery.DisposeAsync();
        }

        await Loader.DisposeAsync();
        await Task.WhenAny(_empty.Task, Task.Delay(LeavePatience, _time));
        await Warehouse.DisposeAsync();
        _ending.Dispose();
    }

    private async IAsyncEnumerable<IReadOnlyList<Cell>> RowsAsync(IAsyncEnumerable<IReadOnlyList<Cell>> rows, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (Ending.IsCancellationRequested)
            {
                throw Moved();
            }

            yield return row;
        }
    }

    /// <summary>What to tell somebody whom the end of the tenure interrupted.</summary>
    public static NoWarehouseException Moved() => new("The warehouse is moving to another silo, and the answer was cut off; ask again.");

    private void Leave()
    {
        lock (_lock)
        {
            if (--_inside == 0 && Ending.IsCancellationRequested)
            {
                _empty.TrySetResult();
            }
        }
    }

    private sealed class Visit(WarehouseTenure tenure) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                tenure.Leave();
            }
        }
    }

    private sealed class Visited(Result result, IDisposable visit) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await result.DisposeAsync();
            visit.Dispose();
        }
    }
}
