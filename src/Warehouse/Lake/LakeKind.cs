namespace CustomerTrack.Lake;

/// <summary>Where the lake is.</summary>
public enum LakeKind
{
    /// <summary>The folder <c>lake</c> of the data folder.</summary>
    Folder,

    /// <summary>A bucket, see <see cref="S3.S3Options"/>.</summary>
    S3,
}
