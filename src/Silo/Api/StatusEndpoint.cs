using CustomerTrack.Ingest;
using CustomerTrack.Load;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Api;

/// <summary>How the pipeline is.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this IEndpointRouteBuilder routes) => routes.MapGet("/api/status", GetAsync).WithName("GetStatus").RequireRole(ApiRole.Read)
        .WithSummary("What was ingested since the start, what is under way, and how far the tables are.");

    private static async Task<PipelineStatus> GetAsync(
        IServiceProvider services, ILandingZone zone, FileReports reports, LandingReader reader, DuckDbWarehouse warehouse, WarehouseLoader loader, CancellationToken cancellationToken)
    {
        var tables = await warehouse.GetStatusAsync(cancellationToken);
        var loading = loader.GetStatus();
        var (waiting, uncounted) = await CountAsync(zone, cancellationToken);
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

    /// <summary>How many files wait, or why that is not known. Somebody who asks why nothing goes on must get an answer then too.</summary>
    private static async Task<(int? Waiting, string? Failure)> CountAsync(ILandingZone zone, CancellationToken cancellationToken)
    {
        if (zone.Failure is { } known)
        {
            return (null, known);
        }

        try
        {
            return (await zone.CountWaitingAsync(cancellationToken), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"Landing files cannot be counted: {failure.Message}");
        }
    }
}
