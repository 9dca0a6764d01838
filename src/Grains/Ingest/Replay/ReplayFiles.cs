using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;
using CustomerTrack.S3;

namespace CustomerTrack.Ingest;

/// <summary>
/// Finds the landing files that were accepted, in the data folder and in the bucket that files land in, and reads them once more under the numbers they had.
/// Nothing is moved or written, but copies of files in a bucket, which go when they were read.
/// </summary>
public sealed class ReplayFiles : IDisposable
{
    private readonly LandingFolders _folder;
    private readonly string _scratch;
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly S3Bucket? _bucket;
    private readonly S3LandingKeys? _keys;

    /// <param name="scratch">A folder of its own for copies; made when it is needed.</param>
    /// <param name="s3">Its landing prefix says whether files land in a bucket.</param>
    /// <exception cref="S3Exception">No region is known.</exception>
    public ReplayFiles(LandingFolders folder, string scratch, S3Options s3, IngestOptions options, TimeProvider time)
    {
        _folder = folder;
        _scratch = scratch;
        _options = options;
        _time = time;
        if (!string.IsNullOrEmpty(s3.LandingPrefix))
        {
            _bucket = new(s3, time);
            _keys = new(s3.LandingPrefix);
        }
    }

    /// <summary>The files of a dimension, lowest number first, each number once.</summary>
    /// <exception cref="S3Exception">The bucket cannot be listed.</exception>
    public async Task<IReadOnlyList<ReplayFile>> ListAsync(DimensionDefinition dimension, CancellationToken cancellationToken = default)
    {
        var files = new Dictionary<long, ReplayFile>();
        ListClaims(dimension, files);
        if (_bucket is not null)
        {
            await ListBucketClaimsAsync(_bucket, _keys!, dimension, files, cancellationToken);
            await ListBucketArchiveAsync(_bucket, _keys!, dimension, files, cancellationToken);
        }

        // A file that is archived is finished, whatever a claim says that was not removed.
        ListArchive(dimension, files);
        return [.. files.Values.OrderBy(file => file.File.Number)];
    }

    /// <summary>
    /// Reads a file's accepted records in chunks, in its order. Rows that the quarantine lists under the file's number are left out: they were refused
    /// when it was read first, and some would not be any more (what was in the future then).
    /// </summary>
    /// <param name="apply">Takes a chunk's records; they may be kept.</param>
    /// <returns>How many rows were left out because the quarantine lists them.</returns>
    /// <exception cref="UnreadableFileException">Nothing of the file can be read; no record was handed over.</exception>
    /// <exception cref="IOException">It cannot be read at the moment.</exception>
    public async Task<long> ReadAsync(ReplayFile file, Func<IReadOnlyList<Record>, Task> apply, CancellationToken cancellationToken = default)
    {
        var refused = await RefusedRowsAsync(file.File, cancellationToken);
        var path = file.Key is null ? file.File.Path : await FetchAsync(file, cancellationToken);
        try
        {
            var left = 0L;
            using var reader = RecordReader.Open(
                file.File, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan), _options, _time);
            var chunk = new RecordChunk();
            while (reader.Read(chunk, _options.BatchRows))
            {
                cancellationToken.ThrowIfCancellationRequested();
                left += refused.Count == 0 ? 0 : chunk.Records.RemoveAll(record => refused.Contains(record.Row));
                await apply(chunk.Records);
            }

            return left;
        }
        finally
        {
            if (file.Key is not null)
            {
                File.Delete(path);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bucket?.Dispose();

    private static ReplayFile Of(DimensionDefinition dimension, long number, string name, string path, long bytes, bool isClaimed) => new(
        new ClaimedFile
        {
            Dimension = dimension,
            Name = name,
            Number = number,
            Redelivered = true,
            Path = path,
            Bytes = bytes,
            VisibleAt = new(SequenceText.ToDateTime(number)),
        },
        isClaimed);

    private void ListClaims(DimensionDefinition dimension, Dictionary<long, ReplayFile> files)
    {
        foreach (var path in FilesBelow(_folder.Claims(dimension.Name), SearchOption.TopDirectoryOnly))
        {
            if (ClaimName.TrySplit(Path.GetFileName(path), out var number, out _, out var name))
            {
                files[number] = Of(dimension, number, name, path, new FileInfo(path).Length, isClaimed: true);
            }
        }
    }

    private void ListArchive(DimensionDefinition dimension, Dictionary<long, ReplayFile> files)
    {
        foreach (var path in FilesBelow(_folder.Archive(dimension.Name), SearchOption.AllDirectories))
        {
            if (LandingFolders.TrySplit(Path.GetFileName(path), out var number, out var name))
            {
                files[number] = Of(dimension, number, name, path, new FileInfo(path).Length, isClaimed: false);
            }
        }
    }

    private static async Task ListBucketArchiveAsync(
        S3Bucket bucket, S3LandingKeys keys, DimensionDefinition dimension, Dictionary<long, ReplayFile> files, CancellationToken cancellationToken)
    {
        await foreach (var found in bucket.ListAsync(keys.ArchiveRoot(dimension.Name), startAfter: null, cancellationToken))
        {
            if (LandingFolders.TrySplit(found.Key[(found.Key.LastIndexOf('/') + 1)..], out var number, out var name))
            {
                files[number] = Of(dimension, number, name, "", found.Bytes, isClaimed: false) with { Key = found.Key };
            }
        }
    }

    // Only of contents that are still there: a claim whose file was archived is about to go.
    private static async Task ListBucketClaimsAsync(
        S3Bucket bucket, S3LandingKeys keys, DimensionDefinition dimension, Dictionary<long, ReplayFile> files, CancellationToken cancellationToken)
    {
        var prefix = keys.Claims(dimension.Name);
        await foreach (var claim in bucket.ListAsync(prefix, startAfter: null, cancellationToken))
        {
            if (!S3LandingKeys.TrySplitClaim(claim.Key[prefix.Length..], out var name, out var etag, out _)
                || await bucket.ReadTextAsync(claim.Key, cancellationToken) is not { } text
                || JsonSerializer.Deserialize(text, S3ClaimJson.Default.S3ClaimNote) is not { } note)
            {
                continue;
            }

            var key = keys.Landing(dimension.Name) + name;
            if (await bucket.FindAsync(key, cancellationToken) is { } landed && landed.ETag == etag)
            {
                files[note.Number] = Of(dimension, note.Number, name, "", landed.Bytes, isClaimed: true) with { Key = key, ETag = etag };
            }
        }
    }

    private static IEnumerable<string> FilesBelow(string folder, SearchOption depth) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", depth) : [];

    private async Task<string> FetchAsync(ReplayFile file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Directory.CreateDirectory(_scratch).FullName, LandingFolders.NumberedName(file.File));
        await _bucket!.DownloadAsync(file.Key!, path, file.File.Bytes, file.ETag, cancellationToken);
        return path;
    }

    private async Task<HashSet<long>> RefusedRowsAsync(ClaimedFile file, CancellationToken cancellationToken)
    {
        var rows = new HashSet<long>();
        var path = _folder.QuarantinePath(file);
        if (!File.Exists(path))
        {
            return rows;
        }

        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            using var record = JsonDocument.Parse(line);
            rows.Add(record.RootElement.GetProperty("row").GetInt64());
        }

        return rows;
    }
}
