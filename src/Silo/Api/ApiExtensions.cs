using CustomerTrack.Live;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CustomerTrack.Api;

/// <summary>The HTTP API.</summary>
internal static class ApiExtensions
{
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<IPipelineState, SoloState>();
        builder.AddApiAccess();
        builder.Services.AddLive();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ApiFailures>();
        builder.Services.AddApiDescription();
        builder.Services.AddHealthChecks().AddCheck<ReadyCheck>("pipeline", tags: [HealthEndpoints.ReadyTag]);
        builder.Services.AddRoutingCore();
    }

    public static void MapApi(this WebApplication app)
    {
        app.UsePublicUrl();
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => ApiProblems.OfStatusAsync(context.HttpContext));
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapOpenApi().RequireRole(ApiRole.Read);
        app.MapCustomers();
        app.MapChanges();
        app.MapRecords();
        app.MapStatus();
        app.MapHealth();
    }
}
