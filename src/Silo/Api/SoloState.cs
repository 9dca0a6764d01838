using CustomerTrack.Hosting;
using CustomerTrack.Ingest;
using CustomerTrack.Load;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Api;

/// <summary>The pipeline of a process that is alone.</summary>
internal sealed class SoloState(
    IServiceProvider services, ILandingZone zone, FileReports reports, LandingReader reader, DuckDbWarehouse warehouse, WarehouseLoader loader) : IPipelineState
{
    public string? Failure => reader.Failure ?? loader.GetStatus().LastError;

    public async Task<PipelineStatus> GetAsync(CancellationToken cancellationToken)
    {
        var tables = await warehouse.GetStatusAsync(cancellationToken);
        var loading = loader.GetStatus();
        var (waiting, uncounted) = await WaitingFiles.CountAsync(zone, cancellationToken);
        var blocked = reader.Failure ?? uncounted;
        return new PipelineStatus
        {
            Failure = blocked ?? loading.LastError,
            FailureAt = blocked is not null ? "ingest" : loading.LastError is not null ? "load" : null,
            WaitingFiles = waiting,
            OpenFiles = reader.OpenFiles,
            Ingested = reports.Totals,
            WaitingObjects = loading.WaitingObjects,
            Dimensions = tables.Dimensions,
            WarehouseBytes = tables.FileBytes,
            Snowflake = services.GetService<SnowflakeDelivery>()?.GetStatus() ?? [],
        };
    }
}
