using CustomerTrack.S3;

namespace CustomerTrack.Ingest;

/// <summary>Copies of claimed files on this machine. They need not survive a power failure: the bucket has them.</summary>
internal sealed class S3Spool(S3Bucket bucket, string folder)
{
    private readonly string _start = folder + Path.DirectorySeparatorChar;

    public void Create() => Directory.CreateDirectory(folder);

    public string PathOf(ClaimedFile file) => Path.Combine(folder, LandingFolders.NumberedName(file));

    /// <summary>Whether a file is one of these copies.</summary>
    public bool Holds(ClaimedFile file) => file.Path.StartsWith(_start, StringComparison.Ordinal);

    /// <summary>Fetches one content of an object; false when it has another, or is gone.</summary>
    public async Task<bool> TryFetchAsync(string key, string etag, long bytes, string path, CancellationToken cancellationToken)
    {
        var temporary = DurableFile.Temporary(path);
        try
        {
            await bucket.DownloadAsync(key, temporary, bytes, etag, cancellationToken);
        }
        catch (S3Exception failure) when (failure.Kind is S3FailureKind.ConditionFailed or S3FailureKind.NoObject)
        {
            return false;
        }

        // Whole under its name.
        File.Move(temporary, path, overwrite: true);
        return true;
    }

    /// <summary>Removes copies of files that this process has no claim to: half-written ones, and those that others took over.</summary>
    public void RemoveAllBut(IEnumerable<S3Claim> claims)
    {
        var kept = claims.Select(claim => $"{claim.Number}~{claim.Name}").ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (!kept.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }
}
