using System.Text;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.State;
using CustomerTrack.Storage;
using CustomerTrack.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace CustomerTrack.Cluster;

/// <summary>Silos in this process that share a data folder, states, a board, and hence one warehouse file.</summary>
internal sealed class TestSilos : IAsyncDisposable
{
    private readonly TempFolder _temp = new();
    private readonly RocksDbStateStore _store;
    private readonly DataFolder _folder;
    private InProcessTestCluster _cluster = null!;

    private TestSilos()
    {
        _folder = DataFolder.At(_temp.Of("data")).Create(["customer"]);
        _store = RocksDbStateStore.Open(_temp.Of("state"), new StateOptions(), NullLogger<RocksDbStateStore>.Instance);
        Lake = new FolderLake(_folder.Lake, () => _store.ShardCount, TimeProvider.System);
    }

    public MemoryBoard Board { get; } = new();

    public MemoryFileRegistry Registry { get; } = new();

    public FolderLake Lake { get; }

    public DimensionCatalog Dimensions { get; } = new([DimensionReader.Parse("customer.json", Encoding.UTF8.GetBytes("""
        { "name": "customer", "key": ["id"], "sequence": { "column": "seq", "type": "int64" }, "columns": { "name": { "type": "text" } } }
        """))]);

    public IReadOnlyList<InProcessSiloHandle> All => _cluster.Silos;

    /// <summary>The silo that has the seat.</summary>
    public InProcessSiloHandle Writer => All.Single(silo => NameOf(silo) == Board[WarehouseSeat.Name]);

    public InProcessSiloHandle Other => All.First(silo => NameOf(silo) != Board[WarehouseSeat.Name]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TestSilos> StartAsync(short count)
    {
        var silos = new TestSilos();
        var builder = new InProcessTestClusterBuilder(count);
        builder.ConfigureSilo((_, silo) => silos.Configure(silo));
        silos._cluster = builder.Build();
        await silos._cluster.DeployAsync();
        await silos.UntilWritingAsync();
        return silos;
    }

    public static string NameOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<ClusterSilos>().Self;

    public static T Get<T>(InProcessSiloHandle silo)
        where T : notnull => silo.ServiceProvider.GetRequiredService<T>();

    public static IPipelineClient PipelineOf(InProcessSiloHandle silo) => Get<IPipelineClient>(silo);

    public static async Task<List<string>> QueryAsync(InProcessSiloHandle silo, string sql)
    {
        await using var result = await PipelineOf(silo).QueryAsync(sql, Cancellation);
        var rows = new List<string>();
        await foreach (var row in result.Rows.WithCancellation(Cancellation))
        {
            rows.Add(string.Join('|', row.Select(cell => cell.Text)));
        }

        return rows;
    }

    /// <summary>A file of customers outside the data folder.</summary>
    public string File(string name, int from, int count, int sequence = 1)
    {
        var path = _temp.Of(name);
        System.IO.File.WriteAllLines(path, ["id,seq,name", .. Enumerable.Range(from, count).Select(i => $"C{i},{sequence},name {i} at {sequence}")]);
        return path;
    }

    public static Task<IngestReport> IngestAsync(InProcessSiloHandle silo, string file) =>
        PipelineOf(silo).IngestAsync(new() { Files = [file], As = IngestShape.Records }, new NewestProgress(), Cancellation);

    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo, Cancellation);

    /// <summary>Ends a silo without letting it say anything to anybody.</summary>
    public Task KillAsync(InProcessSiloHandle silo)
    {
        ((MemoryBoard.Window)Get<IClusterBoard>(silo)).IsShut = true;
        return _cluster.KillSiloAsync(silo, Cancellation);
    }

    public Task<InProcessSiloHandle> AddAsync() => _cluster.StartAdditionalSiloAsync();

    /// <summary>Waits for a fact.</summary>
    public static async Task UntilAsync(Func<ValueTask<bool>> isSo, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await isSo())
        {
            Assert.False(patience.IsCancellationRequested, $"This did not become true in time: {what}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public Task UntilWritingAsync() =>
        UntilAsync(() => new(All.Any(silo => Get<WarehouseWriter>(silo) is { State: "writing" } && NameOf(silo) == Board[WarehouseSeat.Name])), "a silo writes the warehouse");

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Lake.Dispose();
        _store.Dispose();
        _temp.Dispose();
    }

    private void Configure(ISiloBuilder silo)
    {
        silo.AddSiloGrains();
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromMilliseconds(500);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        });
        var services = silo.Services;
        services.AddSingleton<IDimensionCatalog>(Dimensions);
        services.AddSingleton<IClusterBoard>(new MemoryBoard.Window(Board));
        services.AddSingleton<IFileRegistry>(Registry);
        services.AddSingleton<ICustomerStateStore>(_store);
        services.AddSingleton<ILake>(Lake);
        services.AddSingleton<IDeltaFeed, NoDeltaFeed>();
        services.AddClusterWarehouse(
            DataFolderUse.Shared,
            new DuckDbWarehouseOptions(),
            (_, cancellationToken) => DuckDbWarehouse.OpenAsync(_folder.Warehouse, _folder.Lake, Dimensions, new DuckDbWarehouseOptions(), TimeProvider.System, cancellationToken),
            _ => null);
        services.AddDetect();
        services.AddEmit();
        services.AddClusterLanding(_folder.Root, _temp.Of($"own-{Guid.NewGuid():N}"));
        services.AddIngest(_folder.Root);
    }
}
