using CustomerTrack.Api;

namespace CustomerTrack.Cluster;

/// <summary>The pipeline of a cluster, seen from one of its silos.</summary>
internal sealed class ClusterState(ClusterSilos silos, SiloDesk desk, ClusterStatusSource source) : IPipelineState
{
    public string? Failure => silos.IsMember ? desk.Failure : "This silo is not in the cluster (any more).";

    public Task<PipelineStatus> GetAsync(CancellationToken cancellationToken) => source.GetAsync(cancellationToken);
}
