using Amazon.S3.Model;
using CustomerTrack.S3;

namespace CustomerTrack.S3Server;

/// <summary>A bucket of one test. <see cref="DisposeAsync"/> empties it where it is not thrown away with its server.</summary>
public sealed class TestBucket(TestStore store, string name, string prefix) : IAsyncDisposable
{
    public string Name => name;

    /// <summary>What everything of the test starts with: empty, or a prefix in a bucket that others use.</summary>
    public string Prefix => prefix;

    /// <summary>Options that reach it, with the lake below <c>lake/</c>.</summary>
    /// <param name="through">A proxy before the store; null for none.</param>
    public S3Options Options(FaultyS3? through = null) => new()
    {
        Bucket = name,
        Prefix = prefix + "lake/",
        Endpoint = through?.Endpoint ?? store.Endpoint,
        PathStyle = store.Endpoint is not null,
        ChecksumMode = store.Endpoint is null ? S3ChecksumMode.WhenSupported : S3ChecksumMode.WhenRequired,
        RequestTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Variables for a process of the program whose lake is here.</summary>
    /// <param name="landing">It reads files below <c>landing/</c> as well.</param>
    public IReadOnlyDictionary<string, string> Environment(bool landing = false, FaultyS3? through = null)
    {
        var options = Options(through);
        var variables = new Dictionary<string, string>
        {
            ["CUSTOMERTRACK_Lake__Kind"] = "S3",
            ["CUSTOMERTRACK_S3__Bucket"] = name,
            ["CUSTOMERTRACK_S3__Prefix"] = options.Prefix,
            ["CUSTOMERTRACK_S3__PathStyle"] = options.PathStyle.ToString(),
            ["CUSTOMERTRACK_S3__ChecksumMode"] = options.ChecksumMode.ToString(),
        };
        if (options.Endpoint is { } endpoint)
        {
            variables["CUSTOMERTRACK_S3__Endpoint"] = endpoint.ToString();
        }

        if (landing)
        {
            variables["CUSTOMERTRACK_S3__LandingPrefix"] = prefix + "landing/";
        }

        return variables;
    }

    /// <summary>Every key there is, without the test's own prefix.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken)
    {
        using var client = store.NewClient();
        var request = new ListObjectsV2Request { BucketName = name, Prefix = prefix };
        var keys = new List<string>();
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request, cancellationToken);
            keys.AddRange((page.S3Objects ?? []).Select(item => item.Key[prefix.Length..]));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        return keys;
    }

    /// <summary>Puts an object, as a producer would.</summary>
    public async Task PutAsync(string key, byte[] content, CancellationToken cancellationToken)
    {
        using var client = store.NewClient();
        await client.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = prefix + key, InputStream = new MemoryStream(content), UseChunkEncoding = false }, cancellationToken);
    }

    /// <summary>An object's bytes.</summary>
    public async Task<byte[]> GetAsync(string key, CancellationToken cancellationToken)
    {
        using var client = store.NewClient();
        using var response = await client.GetObjectAsync(name, prefix + key, cancellationToken);
        using var content = new MemoryStream();
        await response.ResponseStream.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!store.IsOwn)
        {
            using var client = store.NewClient();
            foreach (var key in await KeysAsync(CancellationToken.None))
            {
                await client.DeleteObjectAsync(name, prefix + key);
            }
        }
    }
}
