using CustomerTrack.Ingest;
using CustomerTrack.State;

namespace CustomerTrack.Cluster;

/// <summary>Waits until nothing is left to do anywhere in the cluster.</summary>
internal sealed class ClusterDrain(ClusterSilos silos, SiloCalls calls, IFileRegistry registry, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Completes when landing is empty, no file is open, no silo has anything under way, and the tables hold every object of the lake. A silo that dies meanwhile
    /// leaves open files, and is waited for until others have done its work.
    /// </summary>
    /// <param name="tenure">Null on a silo that does not write: then the writer's word counts that every object is loaded.</param>
    public async Task WaitAsync(WarehouseTenure? tenure, CancellationToken cancellationToken)
    {
        await (tenure?.Loader.CaughtUp ?? Task.CompletedTask).WaitAsync(cancellationToken);
        var quiet = 0;
        while (true)
        {
            // Twice in a row: between the two looks a file moves from waiting to claimed.
            quiet = await IsQuietAsync(tenure, cancellationToken) ? quiet + 1 : 0;
            if (quiet == 2)
            {
                break;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        // Of a silo that died, and of one that was taken for dead and wrote once more, there may be objects that nobody announced.
        await (tenure?.Loader.CatchUpAgainAsync(cancellationToken) ?? Task.CompletedTask);
    }

    private async Task<bool> IsQuietAsync(WarehouseTenure? tenure, CancellationToken cancellationToken)
    {
        try
        {
            var present = silos.Present;
            if (present.Count == 0 || !present.SequenceEqual(silos.Active) || (await registry.ListAsync(cancellationToken)).Count > 0)
            {
                return false;
            }

            var reports = await Task.WhenAll(present.Select(name => calls.TryAsync(name, silo => silo.ReportAsync(cancellationToken), cancellationToken)));
            return reports.All(IsIdle)
                && tenure?.Loader.GetStatus().WaitingObjects is not > 0
                && present.SequenceEqual(silos.Present)
                && (await registry.ListAsync(cancellationToken)).Count == 0;
        }
        catch (Exception failure) when (failure is StateStoreException or IOException)
        {
            // What cannot be asked is not at rest; it is asked again for as long as the one who waits wants to.
            return false;
        }
    }

    private static bool IsIdle(SiloReport? report) =>
        report is { IsReading: true, IsRecovered: true, WaitingFiles: 0, OpenFiles: 0, UnfinishedFiles: 0, UnloadedObjects: 0 };
}
