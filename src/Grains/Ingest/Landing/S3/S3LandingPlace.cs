using CustomerTrack.S3;

namespace CustomerTrack.Ingest;

/// <summary>Lands files in the bucket. They are written on this machine first: an object is seen only when all of it is there.</summary>
internal sealed class S3LandingPlace(S3Bucket bucket, S3LandingKeys keys, string spool) : ILandingPlace, IDisposable
{
    /// <inheritdoc/>
    public async ValueTask LandAsync(string dimension, string name, Func<Stream, ValueTask> write, string? traceParent, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(spool);
        var local = Path.Combine(spool, $".landing-{Guid.NewGuid():N}");
        try
        {
            await using (var stream = new FileStream(local, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await write(stream);
            }

            await bucket.UploadAsync(keys.Landing(dimension) + name, local, traceParent, cancellationToken);
        }
        finally
        {
            File.Delete(local);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => bucket.Dispose();
}
