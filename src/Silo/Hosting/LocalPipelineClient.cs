using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Snowflake;
using CustomerTrack.State;

namespace CustomerTrack.Hosting;

/// <summary>The pipeline that runs in this process.</summary>
internal sealed class LocalPipelineClient(IServiceProvider services) : IPipelineClient
{
    private readonly DuckDbWarehouse _warehouse = services.GetRequiredService<DuckDbWarehouse>();
    private readonly IDimensionCatalog _dimensions = services.GetRequiredService<IDimensionCatalog>();

    public Task<Result> QueryAsync(string sql, CancellationToken cancellationToken) => WarehouseQueries.QueryAsync(_warehouse, sql, cancellationToken);

    public Task<Result> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken) =>
        WarehouseQueries.HistoryAsync(_warehouse, _dimensions, request, cancellationToken);

    public async Task<VerifyReport> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken)
    {
        // What is under way is in the states before it is in the tables.
        await Drain.WaitAsync(services, cancellationToken);
        var report = await Verification.RunAsync(
            _warehouse, services.GetRequiredService<ILake>(), services.GetRequiredService<ICustomerStateStore>(), _dimensions, cancellationToken);
        return request.Snowflake
            ? await SnowflakeVerification.AddAsync(
                report, _warehouse, _dimensions, services.GetRequiredService<IConfiguration>(), services.GetService<SnowflakeDelivery>(), cancellationToken)
            : report;
    }

    public async Task<Result> StatusAsync(CancellationToken cancellationToken) => StatusRows.Of(
        await _warehouse.GetStatusAsync(cancellationToken),
        services.GetRequiredService<WarehouseLoader>().GetStatus(),
        services.GetService<SnowflakeDelivery>()?.GetStatus() ?? []);

    public Task<Result> RejectsAsync(string? reason, CancellationToken cancellationToken) =>
        QuarantineQueries.ListAsync(services.GetRequiredService<Quarantine>(), reason, cancellationToken);

    public Task<ReplayReport> ReplayRejectsAsync(string? reason, CancellationToken cancellationToken) => new RejectsReplay(services).RunAsync(reason, cancellationToken);

    public Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress> progress, CancellationToken cancellationToken) =>
        new IngestRun(services).RunAsync(request, progress, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
