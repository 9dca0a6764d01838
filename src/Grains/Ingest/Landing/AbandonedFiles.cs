using CustomerTrack.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

/// <summary>
/// Closes files in the registry that nobody will ever finish: a silo ended between opening a number and claiming a file under it, or between archiving
/// a file and closing it. While such a number is open, no file after it counts as finished.
/// </summary>
internal sealed partial class AbandonedFiles(
    ILandingZone zone, OpenClaims claims, IClaimOwners owners, IOptions<IngestOptions> options, TimeProvider time, ILogger<AbandonedFiles> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Looks once; how many were closed.</summary>
    public async Task<int> CloseAsync(CancellationToken cancellationToken)
    {
        var abandoned = await claims.ListAbandonedAsync(cancellationToken);
        if (abandoned.Count == 0)
        {
            return 0;
        }

        // Claims after the registry: a claim that is there stays until somebody has changed the registry, and then nothing is closed here.
        var claimed = await zone.ListClaimedAsync(cancellationToken);
        var closed = 0;
        foreach (var file in abandoned.Where(file => !claimed.Contains(file.Number)))
        {
            await claims.CloseAbandonedAsync(file, cancellationToken);
            LogClosed(file.Number, file.Owner);
            closed++;
        }

        return closed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await owners.EnterAsync(stoppingToken);
            var pause = options.Value.SweepInterval;
            while (true)
            {
                try
                {
                    await CloseAsync(stoppingToken);
                    pause = options.Value.SweepInterval;
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or StateStoreException)
                {
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                    LogFailed(failure.Message, pause);
                }

                await Task.Delay(pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    [LoggerMessage(LogLevel.Information, "The landing file {Number} that {Owner} had open is claimed by nobody; it is closed.")]
    private partial void LogClosed(long number, string owner);

    [LoggerMessage(LogLevel.Warning, "Files that ended silos left open could not be closed; tried again in {Pause}: {Why}")]
    private partial void LogFailed(string why, TimeSpan pause);
}
