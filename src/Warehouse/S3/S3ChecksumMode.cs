namespace CustomerTrack.S3;

/// <summary>When requests carry the checksums that newer stores verify.</summary>
public enum S3ChecksumMode
{
    /// <summary>Wherever the operation knows them: AWS.</summary>
    WhenSupported,

    /// <summary>Only where the operation demands them: stores that do not know checksum trailers.</summary>
    WhenRequired,
}
