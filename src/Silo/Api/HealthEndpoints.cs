using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerTrack.Api;

/// <summary>Alive says nothing but that the process answers; ready asks the stages.</summary>
internal static class HealthEndpoints
{
    public const string ReadyTag = "ready";

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz/live", () => TypedResults.Text(nameof(HealthStatus.Healthy))).WithName("GetLive").AllowAnonymous()
            .WithSummary("Whether the process answers.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
        routes.MapGet("/healthz/ready", GetReadyAsync).WithName("GetReady").AllowAnonymous()
            .WithSummary("Whether records get through.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain").Produces<string>(StatusCodes.Status503ServiceUnavailable, "text/plain");
    }

    private static async Task<IResult> GetReadyAsync(HealthCheckService health, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(check => check.Tags.Contains(ReadyTag), cancellationToken);
        return TypedResults.Text(report.Status.ToString(), statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}
