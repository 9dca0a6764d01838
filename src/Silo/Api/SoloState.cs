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
        return new PipelineStatus
        {
            Failure = reader.Failure ?? uncounted ?? loading.LastError,
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
