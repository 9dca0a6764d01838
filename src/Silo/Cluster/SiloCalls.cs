namespace CustomerTrack.Cluster;

/// <summary>Short calls to silos, any of which may be gone or hang.</summary>
internal sealed partial class SiloCalls(IGrainFactory grains, TimeProvider time, ILogger<SiloCalls> logger)
{
    // Longer than a long poll takes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>What the silo answers; null when it does not, or not in time.</summary>
    public Task<T?> TryAsync<T>(string silo, Func<ISiloGrain, ValueTask<T>> call, CancellationToken cancellationToken)
        where T : class => TryAsync(silo, call, Patience, cancellationToken);

    /// <summary>What the silo answers; null when it does not, or not within <paramref name="patience"/>.</summary>
    public async Task<T?> TryAsync<T>(string silo, Func<ISiloGrain, ValueTask<T>> call, TimeSpan patience, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await call(grains.GetGrain<ISiloGrain>(silo)).AsTask().WaitAsync(patience, time, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // One that died is not known to be dead yet, or is just leaving: the caller asks again, or shows that it does not answer.
            LogUnanswered(failure, silo);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The silo {Silo} did not answer.")]
    private partial void LogUnanswered(Exception failure, string silo);
}
