using CustomerTrack.Cli;
using CustomerTrack.Cli.Running;

namespace CustomerTrack.Cluster;

/// <summary>How a silo comes by its place on a data folder.</summary>
internal static class SiloEntry
{
    private const int Attempts = 20;

    /// <summary>Takes a place under the silo's name.</summary>
    /// <param name="freePorts">Ports that nothing listens on, for those that are not configured.</param>
    /// <exception cref="CommandFailedException">A silo with the configured port has the place, or a process that works alone has the folder.</exception>
    public static async Task<(SiloIdentity Identity, ProcessLock Held)> TakeAsync(
        DataFolder folder, ClusterSettings settings, Func<(int Silo, int Gateway)> freePorts, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var identity = SiloIdentity.Of(settings, freePorts());
            try
            {
                return (identity, await ProcessLock.AcquireAsync(folder, identity.Name, time, cancellationToken));
            }
            catch (SiloNameTakenException) when (settings.SiloPort == 0 && attempt < Attempts)
            {
                // It found the same port free: in a network of its own, or just before it was bound. Any other will do.
            }
        }
    }
}
