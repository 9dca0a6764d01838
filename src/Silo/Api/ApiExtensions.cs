using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CustomerTrack.Api;

/// <summary>The HTTP API.</summary>
internal static class ApiExtensions
{
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<IPipelineState, SoloState>();
        builder.AddApiAccess();
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi();
        builder.Services.AddHealthChecks().AddCheck<ReadyCheck>("pipeline", tags: ["ready"]);
        builder.Services.AddRoutingCore();
    }

    public static void MapApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapOpenApi().RequireRole(ApiRole.Read);
        app.MapCustomers();
        app.MapRecords();
        app.MapStatus();

        // Alive says nothing but that the process answers; ready asks the stages.
        app.MapHealthChecks("/healthz/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/healthz/ready", new() { Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
    }
}
