namespace CustomerTrack.Cluster;

/// <summary>Whether a process is alone or one of several.</summary>
public enum ClusterMode
{
    /// <summary>One process has the data folder to itself; nothing else is needed.</summary>
    Solo,

    /// <summary>Several silos share the work; states and coordination are in Redis.</summary>
    Cluster,
}
