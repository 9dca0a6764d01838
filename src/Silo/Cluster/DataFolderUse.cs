namespace CustomerTrack.Cluster;

/// <summary>How silos of a cluster use their data folders.</summary>
public enum DataFolderUse
{
    /// <summary>All silos have the same folder, on a volume that all of them see.</summary>
    Shared,

    /// <summary>Every silo has a folder of its own; files land in the bucket, and the lake is there.</summary>
    Own,
}
