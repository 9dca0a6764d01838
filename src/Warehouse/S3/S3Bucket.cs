using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace CustomerTrack.S3;

/// <summary>
/// One bucket and what this program does with it. Every failure comes as an <see cref="S3Exception"/>, after the retries. Every method
/// may be repeated.
/// </summary>
public sealed partial class S3Bucket : IDisposable
{
    // Other writers of a key can make a store answer 409 a few times, without anybody having won yet.
    private const int ConflictAttempts = 5;
    private const string TokenKey = "ct-writer";

    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(50);

    private readonly AmazonS3Client _client;
    private readonly S3Options _options;
    private readonly S3Failures _failures;

    /// <param name="options">Must name the bucket.</param>
    /// <exception cref="S3Exception">No region is known.</exception>
    public S3Bucket(S3Options options, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Bucket);
        _options = options;
        _client = S3Client.Create(options, time);
        _failures = new(options, (AmazonS3Config)_client.Config);
    }

    public string Name => _options.Bucket!;

    /// <summary>A key as people write it.</summary>
    public string Location(string key) => $"s3://{Name}/{key}";

    /// <summary>
    /// Writes an object if there is none under the key. A request whose answer was lost is recognised by
    /// <paramref name="token"/> when it is repeated.
    /// </summary>
    /// <param name="token">Names this writing; the same for every repetition, and for nothing else.</param>
    /// <returns>Whether the object is there by this writing; false when it is somebody else's, which is left as it is.</returns>
    public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, string token, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (content.Length > PartBytes)
                {
                    await CreateInPartsAsync(key, content, token, cancellationToken);
                }
                else
                {
                    var request = Put(key, content);
                    request.IfNoneMatch = "*";
                    request.Metadata.Add(TokenKey, token);
                    await RunAsync("write", key, () => _client.PutObjectAsync(request, cancellationToken), cancellationToken);
                }

                return true;
            }
            catch (S3Exception failure) when (failure.Kind == S3FailureKind.ConditionFailed)
            {
                if (await FindAsync(key, cancellationToken) is { } found)
                {
                    return found.Token == token;
                }

                if (attempt == ConflictAttempts)
                {
                    throw;
                }

                await Task.Delay(ConflictPause * attempt, cancellationToken);
            }
        }
    }

    /// <summary>Writes an object, replacing what is there.</summary>
    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RunAsync("write", key, () => _client.PutObjectAsync(Put(key, content), cancellationToken), cancellationToken);

    /// <summary>Writes a file as an object, replacing what is there.</summary>
    /// <param name="traceParent">Told with it as metadata; null for none.</param>
    public Task UploadAsync(string key, string path, string? traceParent, CancellationToken cancellationToken)
    {
        var request = Put(key, ReadOnlyMemory<byte>.Empty);
        request.InputStream = null;
        request.FilePath = path;
        if (traceParent is not null)
        {
            request.Metadata.Add(Telemetry.TraceParent.Name, traceParent);
        }

        return RunAsync("write", key, () => _client.PutObjectAsync(request, cancellationToken), cancellationToken);
    }

    /// <summary>Looks at an object; null when it is not there.</summary>
    public async Task<S3ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var found = await RunAsync("look at", key, () => _client.GetObjectMetadataAsync(Name, key, cancellationToken), cancellationToken);
            return new()
            {
                Key = key,
                Bytes = found.ContentLength,
                ETag = Unquoted(found.ETag),
                WrittenAt = Utc(found.LastModified),
                Token = found.Metadata[TokenKey],
                TraceParent = found.Metadata[Telemetry.TraceParent.Name],
            };
        }
        catch (S3Exception failure) when (failure.Kind == S3FailureKind.NoObject)
        {
            return null;
        }
    }

    /// <summary>A small object's text; null when it is not there.</summary>
    public async Task<string?> ReadTextAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(key, etag: null, async body =>
            {
                using var reader = new StreamReader(body, Encoding.UTF8);
                return await reader.ReadToEndAsync(cancellationToken);
            }, cancellationToken);
        }
        catch (S3Exception failure) when (failure.Kind == S3FailureKind.NoObject)
        {
            return null;
        }
    }

    /// <summary>Copies an object into a file, which is whole or not there. A connection that breaks is tried again from the start.</summary>
    /// <param name="etag">Only this content; null for any.</param>
    /// <exception cref="S3Exception">Also when there are more or fewer bytes than expected.</exception>
    public Task DownloadAsync(string key, string path, long expectedBytes, string? etag, CancellationToken cancellationToken) => ReadAsync(
        key,
        etag,
        async body =>
        {
            var length = await StoreAsync(body, path, cancellationToken);
            if (length == expectedBytes)
            {
                return true;
            }

            File.Delete(path);
            throw new S3Exception(S3FailureKind.Other, "read", Location(key), $"{length} bytes came; {expectedBytes} were expected.", cause: null);
        },
        cancellationToken);

    /// <summary>Objects below a prefix in the order of their keys (bytes of UTF-8).</summary>
    /// <param name="startAfter">A key; only later ones are listed.</param>
    public async IAsyncEnumerable<S3ObjectInfo> ListAsync(string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = Name, Prefix = prefix, StartAfter = startAfter };
        bool more;
        do
        {
            var page = await RunAsync("list", prefix, () => _client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            foreach (var item in page.S3Objects ?? [])
            {
                yield return new() { Key = item.Key, Bytes = item.Size ?? 0, ETag = Unquoted(item.ETag), WrittenAt = Utc(item.LastModified) };
            }

            request.ContinuationToken = page.NextContinuationToken;
            more = page.IsTruncated == true;
        }
        while (more);
    }

    /// <summary>What follows a prefix up to the next slash: the folders below it.</summary>
    public async Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = Name, Prefix = prefix, Delimiter = "/" };
        var folders = new List<string>();
        bool more;
        do
        {
            var page = await RunAsync("list", prefix, () => _client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            folders.AddRange((page.CommonPrefixes ?? []).Select(folder => folder[prefix.Length..^1]));
            request.ContinuationToken = page.NextContinuationToken;
            more = page.IsTruncated == true;
        }
        while (more);
        return folders;
    }

    /// <summary>Copies an object within the bucket; the store does it, nothing comes here.</summary>
    /// <param name="etag">Only this content; null for any.</param>
    /// <returns>False when the source is not there, or has another content; what is under the target then may be that content.</returns>
    public async Task<bool> TryCopyAsync(string from, string to, string? etag, CancellationToken cancellationToken)
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = Name,
            SourceKey = from,
            DestinationBucket = Name,
            DestinationKey = to,
            ETagToMatch = etag is null ? null : $"\"{etag}\"",
            ServerSideEncryptionMethod = EncryptionMethod,
            ServerSideEncryptionKeyManagementServiceKeyId = _options.KmsKeyId,
        };
        try
        {
            await RunAsync("copy", from, () => _client.CopyObjectAsync(request, cancellationToken), cancellationToken);

            // Not every store knows the condition (Ceph 16 does not): what is unchanged after the copy was what was copied.
            return etag is null || (await FindAsync(from, cancellationToken))?.ETag == etag;
        }
        catch (S3Exception failure) when (failure.Kind is S3FailureKind.NoObject or S3FailureKind.ConditionFailed)
        {
            return false;
        }
    }

    /// <summary>Removes an object while it has this content; nothing happens when it has another or is not there.</summary>
    public async Task DeleteAsync(string key, string etag, CancellationToken cancellationToken)
    {
        // Looked at first: not every store knows the condition, and then there is a moment in which a new content could go unseen.
        if ((await FindAsync(key, cancellationToken))?.ETag != etag)
        {
            return;
        }

        try
        {
            var request = new DeleteObjectRequest { BucketName = Name, Key = key, IfMatch = $"\"{etag}\"" };
            await RunAsync("delete", key, () => _client.DeleteObjectAsync(request, cancellationToken), cancellationToken);
        }
        catch (S3Exception failure) when (failure.Kind is S3FailureKind.ConditionFailed or S3FailureKind.NoObject)
        {
            // Replaced or removed since.
        }
    }

    /// <summary>Removes an object; nothing happens when it is not there.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        RunAsync("delete", key, () => _client.DeleteObjectAsync(Name, key, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string Unquoted(string etag) => etag.Trim('"');

    private static DateTimeOffset Utc(DateTime? time) => time is { } known ? new(known.ToUniversalTime()) : DateTimeOffset.MinValue;

    private ServerSideEncryptionMethod? EncryptionMethod => _options.Encryption switch
    {
        S3Encryption.S3 => ServerSideEncryptionMethod.AES256,
        S3Encryption.Kms => ServerSideEncryptionMethod.AWSKMS,
        _ => null,
    };

    private PutObjectRequest Put(string key, ReadOnlyMemory<byte> content) => new()
    {
        BucketName = Name,
        Key = key,
        InputStream = Stream(content),
        AutoCloseStream = false,
        ServerSideEncryptionMethod = EncryptionMethod,
        ServerSideEncryptionKeyManagementServiceKeyId = _options.KmsKeyId,
        UseChunkEncoding = UsesChunks,
    };

    /// <summary>Stores that do not know checksum trailers may not know the encoding they come in either; the content's hash is signed as a whole then.</summary>
    private bool UsesChunks => _options.ChecksumMode == S3ChecksumMode.WhenSupported;

    private static MemoryStream Stream(ReadOnlyMemory<byte> content) => MemoryMarshal.TryGetArray(content, out var array)
        ? new(array.Array!, array.Offset, array.Count, writable: false)
        : new(content.ToArray(), writable: false);

    private static async Task<long> StoreAsync(Stream body, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            await body.CopyToAsync(file, 256 * 1024, cancellationToken);
            return file.Length;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Reads an object. A body that breaks off is read again from the start: the SDK repeats only what fails before its first byte.</summary>
    private async Task<T> ReadAsync<T>(string key, string? etag, Func<Stream, Task<T>> take, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var hasBegun = false;
            try
            {
                return await RunAsync("read", key, async () =>
                {
                    var request = new GetObjectRequest { BucketName = Name, Key = key, EtagToMatch = etag is null ? null : $"\"{etag}\"" };
                    using var response = await _client.GetObjectAsync(request, cancellationToken);
                    hasBegun = true;
                    await using var body = new PatientStream(response.ResponseStream, _options.RequestTimeout);
                    return await take(body);
                }, cancellationToken);
            }
            catch (S3Exception failure) when (hasBegun && failure.MayHaveHappened && attempt < _options.MaxRetries)
            {
                // Once more.
            }
        }
    }

    private async Task<T> RunAsync<T>(string doing, string key, Func<Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await request();
        }
        catch (Exception failure) when (S3Failures.IsFailure(failure, cancellationToken))
        {
            throw _failures.Translate(failure, doing, Location(key));
        }
    }
}
