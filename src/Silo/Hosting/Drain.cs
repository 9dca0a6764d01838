using CustomerTrack.Cli;
using CustomerTrack.Cluster;
using CustomerTrack.Ingest;
using CustomerTrack.Load;

namespace CustomerTrack.Hosting;

/// <summary>Waits until nothing is left to do.</summary>
internal static class Drain
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Completes when landing is empty, no file is under way, and the tables hold every object of the lake.</summary>
    /// <exception cref="CommandFailedException">The pipeline broke down.</exception>
    public static async Task WaitAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (services.GetService<ClusterDrain>() is { } cluster)
        {
            await cluster.WaitAsync(tenure: null, cancellationToken);
            return;
        }

        var zone = services.GetRequiredService<ILandingZone>();
        var reports = services.GetRequiredService<FileReports>();
        var reader = services.GetRequiredService<LandingReader>();
        await services.GetRequiredService<WarehouseLoader>().CaughtUp.WaitAsync(cancellationToken);
        var quiet = 0;
        while (quiet < 2)
        {
            if (reader.ExecuteTask is { IsFaulted: true } broken)
            {
                throw new CommandFailedException($"Reading the landing files broke down: {broken.Exception!.GetBaseException().Message}", broken.Exception);
            }

            // Twice in a row: between the two looks a file moves from waiting to claimed.
            quiet = zone is { IsRecovered: true, Failure: null } && await zone.CountWaitingAsync(cancellationToken) == 0 && reader.OpenFiles == 0 && reports.Open.Count == 0 ? quiet + 1 : 0;
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }
}
