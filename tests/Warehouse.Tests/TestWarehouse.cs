using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Records;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>A lake and a warehouse in a folder of their own.</summary>
internal sealed class TestWarehouse : IAsyncDisposable
{
    public static readonly IReadOnlyDictionary<long, string> Files = new Dictionary<long, string> { [1] = "one.csv", [2] = "two.csv" };

    private readonly bool _owned;

    private TestWarehouse(string folder, bool owned)
    {
        Folder = folder;
        _owned = owned;
        Lake = new(Path.Combine(folder, "lake"), shards: static () => 64, TimeProvider.System);
    }

    public string Folder { get; }

    public FolderLake Lake { get; }

    public DuckDbWarehouse Warehouse { get; private set; } = null!;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<TestWarehouse> CreateAsync(params DimensionDefinition[] dimensions) =>
        OpenAsync(Directory.CreateTempSubdirectory("warehouse-").FullName, owned: true, dimensions);

    /// <summary>Closes everything and opens it again, as after a crash between two steps.</summary>
    public async Task ReopenAsync(params DimensionDefinition[] dimensions)
    {
        await Warehouse.DisposeAsync();
        Warehouse = await OpenWarehouseAsync(Folder, Lake, dimensions);
    }

    public async Task<LakeObject> LoadAsync(DimensionDefinition dimension, params IReadOnlyList<Delta> deltas)
    {
        var item = await Lake.WriteAsync(dimension, deltas, Files, Cancel);
        await Warehouse.LoadAsync(Lake, [item], Cancel);
        return item;
    }

    public async Task<List<object?[]>> QueryAsync(string sql)
    {
        await using var result = await Warehouse.QueryAsync(sql, Cancel);
        var rows = new List<object?[]>();
        await foreach (var row in result.ReadRowsAsync(Cancel))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The rows as one text each, for comparing.</summary>
    public async Task<List<string>> ReadAsync(string sql) => [.. (await QueryAsync(sql)).Select(row => string.Join("|", row.Select(value => value ?? "null")))];

    public async ValueTask DisposeAsync()
    {
        await Warehouse.DisposeAsync();
        Lake.Dispose();
        if (_owned)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static async Task<TestWarehouse> OpenAsync(string folder, bool owned, DimensionDefinition[] dimensions)
    {
        var test = new TestWarehouse(folder, owned);
        test.Warehouse = await OpenWarehouseAsync(folder, test.Lake, dimensions);
        return test;
    }

    private static Task<DuckDbWarehouse> OpenWarehouseAsync(string folder, FolderLake lake, DimensionDefinition[] dimensions) =>
        DuckDbWarehouse.OpenAsync(Path.Combine(folder, "warehouse.duckdb"), lake.Root, new DimensionCatalog(dimensions), new(), TimeProvider.System, Cancel);
}
