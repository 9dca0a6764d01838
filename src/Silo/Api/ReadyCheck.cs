using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerTrack.Api;

/// <summary>
/// Ready: the reader runs, and neither states, lake nor warehouse refuse what they are given. Of a silo it asks only whether that one works: the warehouse may be
/// another's, and one that fails to write it still answers and ingests.
/// </summary>
internal sealed class ReadyCheck(IPipelineState state, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        !lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Unhealthy("The process is starting.")
        : lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("The process is stopping.")
        : state.Failure is { } failure ? HealthCheckResult.Unhealthy(failure)
        : HealthCheckResult.Healthy());
}
