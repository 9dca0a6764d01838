namespace CustomerTrack.S3;

/// <summary>How the store encrypts objects at rest.</summary>
public enum S3Encryption
{
    /// <summary>As the bucket says.</summary>
    Bucket,

    /// <summary>With keys of the store (SSE-S3).</summary>
    S3,

    /// <summary>With a key of the key management service (SSE-KMS).</summary>
    Kms,
}
