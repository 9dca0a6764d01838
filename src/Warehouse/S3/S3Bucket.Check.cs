using System.Text;

namespace CustomerTrack.S3;

/// <content>Whether the store does what this program relies on.</content>
public sealed partial class S3Bucket
{
    private const string CheckKey = "_check";

    /// <summary>
    /// Checks that the bucket can be reached, listed and written below a prefix, and that the store refuses to replace an object under
    /// <c>If-None-Match: *</c>: names would not be safe on one that does not. Leaves a small object <c>_check</c> below the prefix.
    /// </summary>
    /// <exception cref="S3Exception">Something of it does not hold; says what.</exception>
    public async Task CheckAsync(string prefix, CancellationToken cancellationToken)
    {
        await foreach (var _ in ListAsync(prefix, startAfter: null, cancellationToken))
        {
            break;
        }

        var key = prefix + CheckKey;
        var content = Encoding.UTF8.GetBytes("CustomerTrack asks here whether the store keeps objects from being replaced.");
        await TryCreateAsync(key, content, Guid.NewGuid().ToString("N"), cancellationToken);
        if (await TryCreateAsync(key, content, Guid.NewGuid().ToString("N"), cancellationToken))
        {
            throw new S3Exception(
                S3FailureKind.Other,
                "use",
                Location(key),
                "the store ignores 'If-None-Match: *' on PUT and replaces objects that are there. CustomerTrack needs conditional writes (AWS S3 has them, Ceph RGW from 16, MinIO, Cloudflare R2).",
                cause: null);
        }
    }
}
