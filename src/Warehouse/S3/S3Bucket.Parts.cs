using Amazon.S3.Model;

namespace CustomerTrack.S3;

/// <content>Large objects, in parts.</content>
public sealed partial class S3Bucket
{
    private const int PartsAtOnce = 4;
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromSeconds(30);

    private int PartBytes => _options.MultipartThresholdMegabytes * 1024 * 1024;

    /// <summary>Gives up uploads that were begun before <paramref name="before"/> below a prefix and never completed: what is left of crashed processes costs money and is seen by nobody.</summary>
    /// <returns>How many.</returns>
    public async Task<int> AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = Name, Prefix = prefix };
        var aborted = 0;
        bool more;
        do
        {
            var page = await RunAsync("list uploads below", prefix, () => _client.ListMultipartUploadsAsync(request, cancellationToken), cancellationToken);
            foreach (var upload in page.MultipartUploads ?? [])
            {
                if (Utc(upload.Initiated) < before && upload.Key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    await AbortAsync(upload.Key, upload.UploadId, cancellationToken);
                    aborted++;
                }
            }

            request.KeyMarker = page.NextKeyMarker;
            request.UploadIdMarker = page.NextUploadIdMarker;
            more = page.IsTruncated == true;
        }
        while (more);
        return aborted;
    }

    private async Task CreateInPartsAsync(string key, ReadOnlyMemory<byte> content, string token, CancellationToken cancellationToken)
    {
        // Not every store knows the condition on completion, so what is there is asked first. Between the two only a writer of the very same name could come.
        if (await FindAsync(key, cancellationToken) is { } found)
        {
            throw new S3Exception(S3FailureKind.ConditionFailed, "write", Location(key), $"it is there already, with {found.Bytes} bytes.", cause: null);
        }

        var begin = new InitiateMultipartUploadRequest
        {
            BucketName = Name,
            Key = key,
            ServerSideEncryptionMethod = EncryptionMethod,
            ServerSideEncryptionKeyManagementServiceKeyId = _options.KmsKeyId,
        };
        begin.Metadata.Add(TokenKey, token);
        var upload = await RunAsync("begin an upload of", key, () => _client.InitiateMultipartUploadAsync(begin, cancellationToken), cancellationToken);
        try
        {
            var parts = await UploadPartsAsync(key, upload.UploadId, content, cancellationToken);
            var complete = new CompleteMultipartUploadRequest { BucketName = Name, Key = key, UploadId = upload.UploadId, PartETags = parts, IfNoneMatch = "*" };
            await CompleteAsync(complete, token, cancellationToken);
        }
        catch
        {
            await AbandonAsync(key, upload.UploadId);
            throw;
        }
    }

    private async Task<List<PartETag>> UploadPartsAsync(string key, string uploadId, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var parts = new PartETag[(content.Length + PartBytes - 1) / PartBytes];
        var options = new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, parts.Length, options, async (i, cancellation) =>
        {
            var bytes = content.Slice(i * PartBytes, Math.Min(PartBytes, content.Length - (i * PartBytes)));
            var request = new UploadPartRequest
            {
                BucketName = Name,
                Key = key,
                UploadId = uploadId,
                PartNumber = i + 1,
                InputStream = Stream(bytes),
                PartSize = bytes.Length,
                IsLastPart = i == parts.Length - 1,
                UseChunkEncoding = UsesChunks,
            };
            var uploaded = await RunAsync("write a part of", key, () => _client.UploadPartAsync(request, cancellation), cancellation);
            parts[i] = new(uploaded);
        });
        return [.. parts];
    }

    private async Task CompleteAsync(CompleteMultipartUploadRequest request, string token, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync("complete the upload of", request.Key, () => _client.CompleteMultipartUploadAsync(request, cancellationToken), cancellationToken);
        }
        catch (S3Exception failure) when (failure.Kind == S3FailureKind.NoObject)
        {
            // The upload is gone: an earlier attempt completed it, and its answer was lost.
            if ((await FindAsync(request.Key, cancellationToken))?.Token != token)
            {
                throw;
            }
        }
    }

    /// <summary>Gives an upload up after a failure, which is the one to report. What cannot be given up now is at a later start.</summary>
    private async Task AbandonAsync(string key, string uploadId)
    {
        using var patience = new CancellationTokenSource(CleanUpPatience);
        try
        {
            await AbortAsync(key, uploadId, patience.Token);
        }
        catch (Exception failure) when (failure is S3Exception or OperationCanceledException)
        {
            // Seen by nobody, and older than a day at some start.
        }
    }

    private async Task AbortAsync(string key, string uploadId, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync("give up an upload of", key, () => _client.AbortMultipartUploadAsync(Name, key, uploadId, cancellationToken), cancellationToken);
        }
        catch (S3Exception gone) when (gone.Kind == S3FailureKind.NoObject)
        {
            // Completed or given up already.
        }
    }
}
