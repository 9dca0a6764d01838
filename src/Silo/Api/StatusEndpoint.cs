using CustomerTrack.Ingest;
using CustomerTrack.Load;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Api;

/// <summary>How the pipeline is.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this IEndpointRouteBuilder routes) => routes.MapGet("/api/status", GetAsync).WithName("GetStatus")
        .WithSummary("What was ingested since the start, what is under way, and how far the tables are.");

    private static async Task<PipelineStatus> GetAsync(
        IServiceProvider services, ILandingZone zone, FileReports reports, LandingReader reader, DuckDbWarehouse warehouse, WarehouseLoader loader, CancellationToken cancellationToken)
    {
        var tables = await warehouse.GetStatusAsync(cancellationToken);
        var loading = loader.GetStatus();
        return new PipelineStatus
        {
            Failure = reader.Failure ?? loading.LastError,
            WaitingFiles = await zone.CountWaitingAsync(cancellationToken),
            OpenFiles = reader.OpenFiles,
            Ingested = reports.Totals,
            WaitingObjects = loading.WaitingObjects,
            Dimensions = tables.Dimensions,
            WarehouseBytes = tables.FileBytes,
            Snowflake = services.GetService<SnowflakeDelivery>()?.GetStatus() ?? [],
        };
    }
}
