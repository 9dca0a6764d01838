namespace CustomerTrack.Faults;

/// <summary>Where a scene's lake is.</summary>
internal enum SceneLake
{
    /// <summary>In the data folder.</summary>
    Folder,

    /// <summary>In the data folder, on a disk of its own that can be filled.</summary>
    OwnDisk,

    /// <summary>In a bucket, behind a proxy that lets requests go wrong.</summary>
    S3,
}
