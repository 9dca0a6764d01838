using CustomerTrack.Cli;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Dimensions;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.State;

namespace CustomerTrack.Cluster;

/// <summary>
/// What this silo answers itself: about the warehouse while it has it, about its own data folder, and files that are given to it. Queries wait until the tables
/// hold what the lake held when this silo got the warehouse: half a table is never presented as a whole one.
/// </summary>
internal sealed class LocalSiloClient(WarehouseWriter writer, IServiceProvider services) : IPipelineClient
{
    private static readonly TimeSpan CatchUpPatience = TimeSpan.FromSeconds(30);

    private readonly IDimensionCatalog _dimensions = services.GetRequiredService<IDimensionCatalog>();
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();

    public Task<Result> QueryAsync(string sql, CancellationToken cancellationToken) =>
        ReadAsync((warehouse, either) => WarehouseQueries.QueryAsync(warehouse, sql, either), cancellationToken);

    public Task<Result> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken) =>
        ReadAsync((warehouse, either) => WarehouseQueries.HistoryAsync(warehouse, _dimensions, request, either), cancellationToken);

    public Task<VerifyReport> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) => WithAsync(async (tenure, either) =>
    {
        // What is under way is in the states before it is in the tables.
        await services.GetRequiredService<ClusterDrain>().WaitAsync(tenure, either);
        var report = await Verification.RunAsync(
            tenure.Warehouse, services.GetRequiredService<ILake>(), services.GetRequiredService<ICustomerStateStore>(), _dimensions, either);
        return request.Snowflake
            ? await SnowflakeVerification.AddAsync(report, tenure.Warehouse, _dimensions, services.GetRequiredService<IConfiguration>(), tenure.Delivery, either)
            : report;
    }, cancellationToken);

    /// <summary>How far the tables are, whole or not.</summary>
    public Task<WarehouseReport> WarehouseAsync(CancellationToken cancellationToken) => WithAsync(async (tenure, either) => new WarehouseReport
    {
        Tables = await tenure.Warehouse.GetStatusAsync(either),
        Loader = tenure.Loader.GetStatus(),
        Snowflake = tenure.Delivery?.GetStatus() ?? [],
    }, cancellationToken);

    public Task<Result> StatusAsync(CancellationToken cancellationToken) => services.GetRequiredService<ClusterStatusSource>().RowsAsync(cancellationToken);

    public Task<Result> RejectsAsync(string? reason, CancellationToken cancellationToken) =>
        QuarantineQueries.ListAsync(services.GetRequiredService<Quarantine>(), reason, cancellationToken);

    public Task<ReplayReport> ReplayRejectsAsync(string? reason, CancellationToken cancellationToken) => new RejectsReplay(services).RunAsync(reason, cancellationToken);

    public Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress> progress, CancellationToken cancellationToken) =>
        new IngestRun(services).RunAsync(request, progress, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Result> ReadAsync(Func<DuckDbWarehouse, CancellationToken, Task<Result>> read, CancellationToken cancellationToken)
    {
        var tenure = Tenure();
        var visit = tenure.TryEnter() ?? throw WarehouseTenure.Moved();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tenure.Ending);
            try
            {
                await CaughtUpAsync(tenure, either.Token);
                return tenure.While(await read(tenure.Warehouse, either.Token), visit);
            }
            catch (OperationCanceledException) when (tenure.Ending.IsCancellationRequested)
            {
                throw WarehouseTenure.Moved();
            }
        }
        catch
        {
            visit.Dispose();
            throw;
        }
    }

    private async Task<T> WithAsync<T>(Func<WarehouseTenure, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var tenure = Tenure();
        using var visit = tenure.TryEnter() ?? throw WarehouseTenure.Moved();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tenure.Ending);
        try
        {
            return await work(tenure, either.Token);
        }
        catch (OperationCanceledException) when (tenure.Ending.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw WarehouseTenure.Moved();
        }
    }

    private WarehouseTenure Tenure() => writer.Tenure ?? throw new NoWarehouseException(writer.State is { } state
        ? $"The silo that has the warehouse cannot answer yet; it is {state}."
        : "The silo that was asked does not have the warehouse (any more).");

    private async Task CaughtUpAsync(WarehouseTenure tenure, CancellationToken cancellationToken)
    {
        try
        {
            await tenure.Loader.CaughtUp.WaitAsync(CatchUpPatience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new CommandFailedException($"The tables are not whole yet: their writer is {WarehouseWriter.CatchingUp(tenure)}. Ask again later; 'customertrack status' says how far it is.");
        }
    }
}
