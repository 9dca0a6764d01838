using CustomerTrack.Storage;
using Orleans.Configuration;

namespace CustomerTrack.Cluster;

/// <summary>How a silo finds the others, and how fast it misses them.</summary>
internal static class SiloClusteringExtensions
{
    private const int MissedProbes = 3;

    /// <summary>Makes the silo one of several.</summary>
    public static void UseCluster(this ISiloBuilder silo, SiloIdentity identity, ClusterSettings settings, RedisOptions redis)
    {
        silo.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = settings.ClusterId;
            options.ServiceId = settings.ServiceId;
        });
        if (settings.Membership == MembershipProvider.Redis)
        {
            silo.UseRedisClustering(options => options.ConfigurationOptions = RedisStates.Configure(redis));
        }

        silo.ConfigureEndpoints(identity.Address, identity.SiloPort, identity.GatewayPort, listenOnAnyHostAddress: false);
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            var probe = settings.DeathTimeout / (MissedProbes + 1);
            options.ProbeTimeout = probe;
            options.MinProbeTimeout = probe / 2;
            options.MaxProbeTimeout = probe * 2;
            options.NumMissedProbesLimit = MissedProbes;

            // After all silos ended at once, their rows hold up a new start until they are this stale.
            options.IAmAliveTablePublishTimeout = settings.DeathTimeout / 2;
            options.NumMissedTableIAmAliveLimit = MissedProbes;
            options.TableRefreshTimeout = settings.DeathTimeout;
            options.DefunctSiloExpiration = TimeSpan.FromDays(1);
        });
    }
}
