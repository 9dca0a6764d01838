namespace CustomerTrack.Api;

/// <summary>How the pipeline is.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this IEndpointRouteBuilder routes) => routes
        .MapGet("/api/status", (IPipelineState state, CancellationToken cancellationToken) => state.GetAsync(cancellationToken))
        .WithName("GetStatus")
        .RequireRole(ApiRole.Read)
        .WithSummary("What was ingested since the start, what is under way, and how far the tables are.");
}
