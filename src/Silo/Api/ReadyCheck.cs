using CustomerTrack.Ingest;
using CustomerTrack.Load;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerTrack.Api;

/// <summary>Ready: the reader runs, and neither states, lake nor warehouse refuse what they are given.</summary>
internal sealed class ReadyCheck(LandingReader reader, WarehouseLoader loader, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        !lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Unhealthy("The process is starting.")
        : lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("The process is stopping.")
        : (reader.Failure ?? loader.GetStatus().LastError) is { } failure ? HealthCheckResult.Unhealthy(failure)
        : HealthCheckResult.Healthy());
}
