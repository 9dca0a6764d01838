using CustomerTrack.Cluster;

namespace CustomerTrack.Live;

/// <summary>
/// Fetches deltas from the silos that detect them, from each on its own: no queue and no list of subscribers between them that could be on a silo that dies. So one that
/// hangs or is killed holds up nothing but its own, and what may be missing is known.
/// </summary>
internal sealed class SiloDeltaSource(ClusterSilos silos, IGrainFactory grains, TimeProvider time, ILogger<SiloDeltaSource> logger) : IDeltaSource
{
    public async Task<IAsyncDisposable> ListenAsync(string dimension, IDeltaListener listener, CancellationToken cancellationToken)
    {
        var listening = new SiloListening(dimension, listener, silos, grains, time, logger);
        await listening.BeginAsync(cancellationToken);
        return listening;
    }
}
