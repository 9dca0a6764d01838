using CustomerTrack.Cli;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cli.Running;
using CustomerTrack.Cluster;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Hosting;

/// <summary>A data folder nobody works on: opens what a command needs, and no more.</summary>
internal sealed class FolderPipelineClient(CommonArguments arguments, IConfiguration configuration, DimensionCatalog dimensions) : IPipelineClient
{
    private readonly DataFolder _folder = DataFolder.At(arguments.Data);
    private readonly List<IAsyncDisposable> _opened = [];
    private ProcessLock? _lock;
    private ILake? _lake;
    private PipelineStates? _states;

    public async Task<Result> QueryAsync(string sql, CancellationToken cancellationToken) =>
        await WarehouseQueries.QueryAsync(await OpenWarehouseAsync(cancellationToken), sql, cancellationToken);

    public async Task<Result> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken) =>
        await WarehouseQueries.HistoryAsync(await OpenWarehouseAsync(cancellationToken), dimensions, request, cancellationToken);

    public async Task<VerifyReport> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken)
    {
        var lake = await OpenLakeAsync(cancellationToken);
        Definitions.MustCover(dimensions, _folder, await Lakes.DimensionsAsync(lake, _folder, cancellationToken));
        var warehouse = await OpenWarehouseAsync(cancellationToken);
        var states = await OpenStatesAsync(cancellationToken);
        var report = await Verification.RunAsync(warehouse, lake, states.Store, dimensions, cancellationToken);
        var claimed = dimensions.All.Sum(d => CountClaims(new LandingFolders(_folder.Root).Claims(d.Name)));
        report = report.Agrees || claimed == 0 ? report : report with
        {
            Differences = [.. report.Differences, $"{claimed} landing files were being read when the last process ended; 'customertrack run' finishes them, then verify again."],
        };
        return request.Snowflake ? await SnowflakeVerification.AddAsync(report, warehouse, dimensions, configuration, delivery: null, cancellationToken) : report;
    }

    public async Task<Result> StatusAsync(CancellationToken cancellationToken) =>
        StatusRows.Of(await (await OpenWarehouseAsync(cancellationToken)).GetStatusAsync(cancellationToken), loader: null, deliveries: []);

    public Task<Result> RejectsAsync(string? reason, CancellationToken cancellationToken)
    {
        _folder.MustExist();
        var folders = new LandingFolders(_folder.Root);
        return QuarantineQueries.ListAsync(new Quarantine(folders, new FolderLandingPlace(folders), TimeProvider.System), reason, cancellationToken);
    }

    public async Task<ReplayReport> ReplayRejectsAsync(string? reason, CancellationToken cancellationToken)
    {
        _folder.MustExist();
        await using var host = await PipelineHost.StartAsync(arguments, url: null, cancellationToken);
        return await host.Services.GetRequiredService<IPipelineClient>().ReplayRejectsAsync(reason, cancellationToken);
    }

    public async Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress> progress, CancellationToken cancellationToken)
    {
        IngestRun.Plan(dimensions, request);
        await using var host = await PipelineHost.StartAsync(arguments, url: null, cancellationToken);
        return await host.Services.GetRequiredService<IPipelineClient>().IngestAsync(request, progress, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened)
        {
            await opened.DisposeAsync();
        }

        (_lake as IDisposable)?.Dispose();
        if (_states is not null)
        {
            await _states.DisposeAsync();
        }

        _lock?.Dispose();
    }

    private static int CountClaims(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Count() : 0;

    private static int NoShards() => throw new InvalidOperationException("A command that only reads wrote to the lake.");

    private bool IsCluster => PipelineSettings.Get<ClusterSettings>(configuration, ClusterSettings.SectionName).Mode == ClusterMode.Cluster;

    private async Task<PipelineStates> OpenStatesAsync(CancellationToken cancellationToken) =>
        _states ??= await PipelineStates.OpenAsync(_folder, configuration, NullLoggerFactory.Instance, cancellationToken);

    private async Task<ILake> OpenLakeAsync(CancellationToken cancellationToken)
    {
        _lock ??= await ProcessLock.AcquireAsync(_folder.MustExist(), TimeProvider.System, cancellationToken);
        var owner = IsCluster ? (await OpenStatesAsync(cancellationToken)).Owner : PipelineStates.FindOwner(_folder);
        return _lake ??= await Lakes.OpenAsync(_folder, owner, LakeAccess.Read, configuration, NullLoggerFactory.Instance, NoShards, cancellationToken);
    }

    private async Task<DuckDbWarehouse> OpenWarehouseAsync(CancellationToken cancellationToken)
    {
        var lake = await OpenLakeAsync(cancellationToken);
        var warehouse = await Warehouses.OpenAsync(_folder, dimensions, configuration, cancellationToken);
        _opened.Add(warehouse);
        try
        {
            // A process that was killed may have left objects in the lake that the tables do not have yet.
            await warehouse.CatchUpAsync(lake, cancellationToken);
            return warehouse;
        }
        catch (LakeException failed)
        {
            throw new CommandFailedException(failed.Message, failed);
        }
    }
}
