using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Records;

namespace CustomerTrack.Benchmarks;

/// <summary>The lake and the embedded warehouse by themselves, with a million rows of history.</summary>
internal sealed class WarehouseBenchmark
{
    private const int Repeats = 5;

    private readonly DimensionDefinition _dimension;
    private readonly Figures _figures;
    private readonly int _divisor;
    private readonly FolderLake _lake;
    private readonly DuckDbWarehouse _warehouse;
    private readonly DeltaFeed _feed;
    private readonly int _customers;

    private WarehouseBenchmark(DimensionDefinition dimension, Figures figures, int divisor, FolderLake lake, DuckDbWarehouse warehouse)
    {
        _dimension = dimension;
        _figures = figures;
        _divisor = divisor;
        _lake = lake;
        _warehouse = warehouse;
        _customers = 500_000 / divisor;
        _feed = new(dimension, _customers);
    }

    /// <param name="divisor">Makes everything smaller.</param>
    public static async Task RunAsync(DimensionDefinition dimension, string folder, Figures figures, int divisor, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using var lake = new FolderLake(Path.Combine(folder, "lake"), shards: static () => 64, TimeProvider.System);
        await using var warehouse = await DuckDbWarehouse.OpenAsync(
            Path.Combine(folder, "warehouse.duckdb"), lake.Root, new DimensionCatalog([dimension]), new(), TimeProvider.System, cancellationToken);
        var benchmark = new WarehouseBenchmark(dimension, figures, divisor, lake, warehouse);
        await benchmark.LakeAsync(cancellationToken);
        await benchmark.FillAsync(cancellationToken);
        await benchmark.LoadAsync(cancellationToken);
        await benchmark.MergeAsync(cancellationToken);
        await benchmark.QueryAsync(cancellationToken);
    }

    private async Task LakeAsync(CancellationToken cancellationToken)
    {
        const string Group = "lake";
        var deltas = new DeltaFeed(_dimension, 10_000 / _divisor).Open(0, 10_000 / _divisor);
        _figures.Begin($"{Group}: FolderLake.WriteAsync, {deltas.Count:N0} deltas, synced");
        var bytes = 0L;
        var time = await Rounds.MedianAsync(Repeats * 2, () => Task.CompletedTask, async () =>
            bytes = (await _lake.WriteAsync(_dimension, deltas, DeltaFeed.Files, cancellationToken)).Bytes);
        _figures.Add(Group, "write", time.TotalMilliseconds, "ms");
        _figures.Add(Group, "write_rate", deltas.Count / time.TotalSeconds, "deltas/s");
        _figures.Add(Group, "bytes_per_delta", (double)bytes / deltas.Count, "B");
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        var objectRows = 100_000 / _divisor;
        for (var first = 0; first < _customers; first += objectRows)
        {
            await LoadAsync(_feed.Open(first, objectRows), cancellationToken);
        }

        await _warehouse.MergeAsync(_dimension.Name, cancellationToken);
        for (var first = 0; first < _customers; first += objectRows)
        {
            await LoadAsync(_feed.Change(first, objectRows), cancellationToken);
            await _warehouse.MergeAsync(_dimension.Name, cancellationToken);
        }

        await _warehouse.CheckpointAsync(cancellationToken);
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        const string Group = "load";
        var rows = 10_000 / _divisor;
        _figures.Begin($"{Group}: one lake object of {rows:N0} deltas, durable and visible");
        LakeObject? item = null;
        var time = await Rounds.MedianAsync(
            Repeats,
            async () => item = await _lake.WriteAsync(_dimension, _feed.ChangeSome(rows / 2), DeltaFeed.Files, cancellationToken),
            () => _warehouse.LoadAsync(_lake, [item!], cancellationToken));
        _figures.Add(Group, "load", time.TotalMilliseconds, "ms");
        _figures.Add(Group, "rate", rows / time.TotalSeconds, "deltas/s");
        await _warehouse.MergeAsync(_dimension.Name, cancellationToken);
    }

    private async Task MergeAsync(CancellationToken cancellationToken)
    {
        const string Group = "merge";
        _figures.Begin($"{Group}: changes of {_customers:N0} customers chosen by chance, {2 * _customers:N0} rows of history and growing");
        foreach (var rows in (int[])[20_000, 50_000, 200_000])
        {
            var time = await Rounds.MedianAsync(
                3,
                () => LoadAsync(_feed.ChangeSome(rows / _divisor / 2), cancellationToken),
                () => _warehouse.MergeAsync(_dimension.Name, cancellationToken));
            _figures.Add(Group, string.Create(CultureInfo.InvariantCulture, $"merge_{rows / _divisor}"), time.TotalMilliseconds, "ms");
            _figures.Add(Group, string.Create(CultureInfo.InvariantCulture, $"merge_{rows / _divisor}_rate"), rows / _divisor / time.TotalSeconds, "deltas/s");
        }
    }

    private async Task QueryAsync(CancellationToken cancellationToken)
    {
        const string Group = "query";
        var waiting = 50_000 / _divisor;
        _figures.Begin($"{Group}: with everything merged, and with {waiting:N0} deltas that wait");
        var history = _dimension.Name + "_history";
        var key = $"{_dimension.Key[0].Name} = '{DeltaFeed.Key(_customers / 2)}'";
        (string Name, string Sql)[] queries =
        [
            ("current_by_country", $"SELECT country, count(*) FROM {_dimension.Name} GROUP BY country"),
            ("history_by_country", $"SELECT country, count(*), max(valid_from) FROM {history} GROUP BY country"),
            ("current_of_one", $"SELECT * FROM {_dimension.Name} WHERE {key}"),
            ("history_of_one", $"SELECT * FROM {history} WHERE {key}"),
        ];
        await RunAsync("merged");
        await LoadAsync(_feed.ChangeSome(waiting / 2), cancellationToken);
        await RunAsync("waiting");

        async Task RunAsync(string when)
        {
            foreach (var (name, sql) in queries)
            {
                var time = await Rounds.MedianAsync(Repeats, () => Task.CompletedTask, async () =>
                {
                    await using var result = await _warehouse.QueryAsync(sql, cancellationToken);
                    await foreach (var row in result.ReadRowsAsync(cancellationToken))
                    {
                        _ = row;
                    }
                });
                _figures.Add(Group, $"{name}_{when}", time.TotalMilliseconds, "ms");
            }
        }
    }

    private async Task LoadAsync(List<Delta> deltas, CancellationToken cancellationToken) =>
        await _warehouse.LoadAsync(_lake, [await _lake.WriteAsync(_dimension, deltas, DeltaFeed.Files, cancellationToken)], cancellationToken);
}
