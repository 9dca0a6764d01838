using System.ComponentModel.DataAnnotations;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Merge;
using DuckDB.NET.Data;

namespace CustomerTrack;

/// <summary>
/// The embedded warehouse: one DuckDB file, written by this process alone. What was loaded can be queried at once; merging only
/// makes queries faster. Loads, merges and checkpoints wait for each other, queries for nobody. Every method may be repeated after a failure.
/// </summary>
public sealed partial class DuckDbWarehouse : IAsyncDisposable
{
    /// <summary>Objects loaded in one transaction at most.</summary>
    internal const int LargestGroup = 200;

    /// <summary>Rows after which a group is loaded: merges come between groups, and what waits for one must fit its memory.</summary>
    internal const long LargestGroupRows = 500_000;

    private readonly WarehouseDatabase _database;
    private readonly Dictionary<string, DimensionTables> _tables = new(StringComparer.Ordinal);
    private readonly string _scratch;
    private readonly DuckDbWarehouseOptions _options;
    private readonly TimeProvider _time;

    private DuckDbWarehouse(string path, string lakeFolder, IDimensionCatalog dimensions, DuckDbWarehouseOptions options, TimeProvider time)
    {
        _scratch = Path.GetFullPath(path) + ".verify";
        _options = options;
        _time = time;
        var views = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var dimension in dimensions.All)
        {
            if (!views.Add(dimension.Name) || !views.Add(dimension.Name + "_history"))
            {
                throw new ArgumentException($"Dimension '{dimension.Name}': its tables would have the name of another dimension's.", nameof(dimensions));
            }

            _tables.Add(dimension.Name, new(dimension));
        }

        _database = new(path, [Path.GetFullPath(lakeFolder), _scratch, Path.GetFullPath(path) + ".tmp"], options);
    }

    /// <summary>Opens or makes the warehouse at <paramref name="path"/>; tables of dimensions that gained columns gain them.</summary>
    /// <param name="lakeFolder">The folder that has the lake's objects as files, or copies of them while they are read; DuckDB may read nothing else.</param>
    /// <exception cref="WarehouseException">The file cannot be opened, or was made with another key or other types.</exception>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">Two dimensions would share a table, or two columns a name.</exception>
    public static async Task<DuckDbWarehouse> OpenAsync(
        string path,
        string lakeFolder,
        IDimensionCatalog dimensions,
        DuckDbWarehouseOptions options,
        TimeProvider time,
        CancellationToken cancellationToken = default)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        var warehouse = new DuckDbWarehouse(path, lakeFolder, dimensions, options, time);
        try
        {
            if (Directory.Exists(warehouse._scratch))
            {
                // A comparison was cut short.
                Directory.Delete(warehouse._scratch, recursive: true);
            }

            await warehouse._database.WriteAsync("make its tables", connection =>
            {
                connection.Execute(SqlTemplate.Render("duckdb/schema.sql", new Dictionary<string, string>()));
                foreach (var tables in warehouse._tables.Values)
                {
                    TableShape.Ensure(connection, tables);
                    tables.WaitingRows = connection.Scalar<long>($"SELECT count(*) FROM {tables.Deltas}");
                    tables.HistoryRows = connection.Scalar<long>($"SELECT count(*) FROM {tables.History}");
                    tables.WaitingSince = time.GetTimestamp();
                    tables.MergedAt = tables.WaitingSince;
                }
            }, cancellationToken);
            return warehouse;
        }
        catch
        {
            await warehouse.DisposeAsync();
            throw;
        }
    }

    /// <summary>The dimensions that have tables here.</summary>
    public IEnumerable<DimensionDefinition> Dimensions => _tables.Values.Select(tables => tables.Definition);

    /// <summary>
    /// Loads objects of the lake, in any order; those that were loaded before are passed over. All of them or none: when it
    /// returns their rows are durable and visible.
    /// </summary>
    /// <returns>The rows loaded.</returns>
    /// <exception cref="WarehouseException">Nothing was loaded.</exception>
    /// <exception cref="LakeException">An object cannot be read; nothing was loaded.</exception>
    public async Task<long> LoadAsync(ILake lake, IReadOnlyList<LakeObject> objects, CancellationToken cancellationToken = default)
    {
        if (objects.Count == 0)
        {
            return 0;
        }

        // Before the writer is taken: where objects have to be fetched, merges and checkpoints go on meanwhile.
        using var files = await LocalObjects.OpenAsync(lake, objects, cancellationToken);
        var now = _time.GetUtcNow().UtcDateTime;
        return await _database.WriteAsync($"load {objects.Count} lake objects", connection =>
        {
            var done = FindLoaded(connection, objects.Select(item => item.Name));
            var loaded = new List<(DimensionTables Tables, long Rows, long Waiting)>();
            foreach (var group in objects.Where(item => !done.Contains(item.Name)).DistinctBy(item => item.Name).GroupBy(item => item.Dimension))
            {
                // Asked of the file, not of memory: after a failed commit only the file knows.
                var tables = Tables(group.Key);
                var waiting = connection.Scalar<long>($"SELECT count(*) FROM {tables.Deltas}");
                if (waiting == 0)
                {
                    connection.Execute(tables.ReadOverlaid);
                }

                var rows = Load(connection, tables, [.. group], files, now);
                loaded.Add((tables, rows, waiting + rows));
            }

            return loaded;
        }, loaded =>
        {
            foreach (var (tables, rows, waiting) in loaded)
            {
                if (waiting == rows)
                {
                    tables.WaitingSince = _time.GetTimestamp();
                }

                tables.WaitingRows = waiting;
            }

            return loaded.Sum(dimension => dimension.Rows);
        }, cancellationToken);
    }

    /// <summary>Loads every object of <paramref name="lake"/> that is not loaded yet, and merges in between where much comes together.</summary>
    /// <returns>The rows loaded.</returns>
    public async Task<long> CatchUpAsync(ILake lake, CancellationToken cancellationToken = default)
    {
        var rows = 0L;
        var group = new List<LakeObject>();
        foreach (var item in await FindMissingAsync(lake, cancellationToken))
        {
            group.Add(item);
            if (group.Count == LargestGroup || group.Sum(member => member.Rows) >= LargestGroupRows)
            {
                await LoadGroupAsync();
            }
        }

        await LoadGroupAsync();
        return rows;

        async Task LoadGroupAsync()
        {
            rows += await LoadAsync(lake, group, cancellationToken);
            foreach (var dimension in group.Select(member => member.Dimension).Distinct())
            {
                var tables = Tables(dimension);
                if (tables.WaitingRows >= MergeSchedule.Threshold(_options.MergeAfterRows, tables.HistoryRows))
                {
                    await MergeAsync(dimension, cancellationToken);
                }
            }

            group.Clear();
        }
    }

    /// <summary>The objects of <paramref name="lake"/> that are not loaded yet.</summary>
    public async Task<IReadOnlyList<LakeObject>> FindMissingAsync(ILake lake, CancellationToken cancellationToken = default)
    {
        var missing = new List<LakeObject>();
        foreach (var dimension in Dimensions)
        {
            var loaded = await GetLoadedAsync(dimension.Name, cancellationToken);
            await foreach (var item in lake.ListAsync(dimension, cancellationToken))
            {
                if (!loaded.Contains(item.Name))
                {
                    missing.Add(item);
                }
            }
        }

        return missing;
    }

    /// <summary>Which of <paramref name="objectNames"/> are loaded.</summary>
    public Task<IReadOnlySet<string>> FindLoadedAsync(IReadOnlyCollection<string> objectNames, CancellationToken cancellationToken = default) =>
        _database.ReadAsync<IReadOnlySet<string>>("read its ledger", connection => FindLoaded(connection, objectNames), cancellationToken);

    /// <summary>Merges what waits into the dimension's tables, in one transaction.</summary>
    /// <returns>The deltas merged; 0 when nothing waited.</returns>
    /// <exception cref="WarehouseException">Nothing was merged; the deltas still wait, and can be read as before.</exception>
    public async Task<long> MergeAsync(string dimension, CancellationToken cancellationToken = default)
    {
        var tables = Tables(dimension);
        var started = _time.GetTimestamp();
        return await _database.WriteAsync($"merge dimension '{dimension}'", connection =>
        {
            var waiting = connection.Scalar<long>($"SELECT count(*) FROM {tables.Deltas}");
            if (waiting > 0)
            {
                connection.Execute(tables.Merge);
                connection.Execute($"DELETE FROM {tables.Deltas}");
                connection.Execute(tables.ReadMerged);
            }

            return (Merged: waiting, Rows: connection.Scalar<long>($"SELECT count(*) FROM {tables.History}"));
        }, result =>
        {
            tables.WaitingRows = 0;
            tables.HistoryRows = result.Rows;
            if (result.Merged > 0)
            {
                tables.MergedAt = _time.GetTimestamp();
                tables.MergeDuration = _time.GetElapsedTime(started, tables.MergedAt);
            }

            return result.Merged;
        }, cancellationToken);
    }

    /// <summary>Folds the write-ahead log into the file, which makes the next start quick. False when somebody reads: then it has to wait.</summary>
    public Task<bool> CheckpointAsync(CancellationToken cancellationToken = default) => _database.WithWriterAsync("write a checkpoint", connection =>
    {
        try
        {
            connection.Execute("CHECKPOINT");
            return true;
        }
        catch (DuckDBException failure) when (failure.ErrorType == DuckDB.NET.Native.DuckDBErrorType.Transaction)
        {
            return false;
        }
    }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>How long until a merge of the dimension is due; null when nothing waits.</summary>
    internal TimeSpan? MergeDueIn(string dimension)
    {
        var tables = Tables(dimension);
        return MergeSchedule.DueIn(_options, new(
            tables.WaitingRows,
            tables.HistoryRows,
            _time.GetElapsedTime(tables.WaitingSince),
            _time.GetElapsedTime(tables.MergedAt),
            tables.MergeDuration));
    }

    /// <summary>Deltas of all dimensions that wait to be merged.</summary>
    internal long WaitingRows => _tables.Values.Sum(tables => tables.WaitingRows);

    private static HashSet<string> FindLoaded(DuckDBConnection connection, IEnumerable<string> names) =>
        [.. connection.Query(
            $"SELECT object_name FROM ct.ledger WHERE object_name IN ({DimensionSql.List(names.Select(SqlName.Literal))})",
            reader => reader.GetString(0))];

    private static long Load(DuckDBConnection connection, DimensionTables tables, List<LakeObject> objects, LocalObjects files, DateTime now)
    {
        var expected = objects.Sum(item => item.Rows);
        var rows = connection.Execute(tables.LoadFiles(objects.Select(item => files.PathOf(item.Name))));
        if (rows != expected)
        {
            throw new WarehouseException($"Lake objects from '{objects[0].Name}' to '{objects[^1].Name}' hold {rows} rows; {expected} were expected.");
        }

        var entries = objects.Select(item => $"({SqlName.Literal(item.Name)}, {SqlName.Literal(item.Dimension)}, {item.Rows}, TIMESTAMP '{now:yyyy-MM-dd HH:mm:ss.ffffff}')");
        connection.Execute($"INSERT INTO ct.ledger VALUES {DimensionSql.List(entries)}");
        return rows;
    }

    private Task<HashSet<string>> GetLoadedAsync(string dimension, CancellationToken cancellationToken) => _database.ReadAsync(
        "read its ledger",
        connection => connection.Query($"SELECT object_name FROM ct.ledger WHERE dimension = {SqlName.Literal(dimension)}", reader => reader.GetString(0)).ToHashSet(StringComparer.Ordinal),
        cancellationToken);

    private DimensionTables Tables(string dimension) => _tables.TryGetValue(dimension, out var tables)
        ? tables
        : throw new ArgumentException($"The warehouse has no dimension '{dimension}'; it has {string.Join(", ", _tables.Keys)}.", nameof(dimension));
}
