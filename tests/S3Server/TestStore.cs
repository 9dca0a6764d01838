using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;

namespace CustomerTrack.S3Server;

/// <summary>
/// The store tests run against, one for a test process: the one that S3_TEST_BUCKET (and S3_TEST_ENDPOINT, when it is not AWS) names, with
/// credentials from the usual places; otherwise a Ceph server of its own.
/// </summary>
public sealed class TestStore
{
    private static readonly Lazy<Task<TestStore>> SharedStore = new(StartAsync);

    // Held as long as the process: it ends when it is collected.
    private readonly CephServer? _server;

    private TestStore(Uri? endpoint, string? givenBucket, CephServer? server)
    {
        Endpoint = endpoint;
        GivenBucket = givenBucket;
        _server = server;
    }

    /// <summary>Its address; null for AWS.</summary>
    public Uri? Endpoint { get; }

    /// <summary>It is a server of this process: what is in it goes with it, and a proxy can stand before it.</summary>
    public bool IsOwn => _server is not null;

    /// <summary>Why there is no store, as a sentence; null where there is one.</summary>
    public static string? WhyMissing => Given is not null || CephServer.IsInstalled
        ? null
        : $"There is no S3 store: {CephServer.HowToInstall}, or name a bucket with S3_TEST_BUCKET (and S3_TEST_ENDPOINT).";

    private string? GivenBucket { get; }

    private static string? Given => Environment.GetEnvironmentVariable("S3_TEST_BUCKET") is { Length: > 0 } bucket ? bucket : null;

    /// <summary>The store of this process; started when it is asked for first, and stopped with the process.</summary>
    public static Task<TestStore> SharedAsync() => SharedStore.Value;

    /// <summary>A bucket with nothing in it: a new one, or a new prefix in the bucket that was named.</summary>
    public async Task<TestBucket> NewBucketAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test-{Guid.NewGuid():N}");
        if (GivenBucket is { } given)
        {
            return new(this, given, $"{name}/");
        }

        using var client = NewClient();
        await client.PutBucketAsync(new PutBucketRequest { BucketName = name }, cancellationToken);
        return new(this, name, "");
    }

    /// <summary>A client of the SDK, for looking at what is there.</summary>
    public AmazonS3Client NewClient()
    {
        var config = new AmazonS3Config { RequestChecksumCalculation = Amazon.Runtime.RequestChecksumCalculation.WHEN_REQUIRED };
        if (Endpoint is not null)
        {
            config.ServiceURL = Endpoint.ToString();
            config.ForcePathStyle = true;
            config.AuthenticationRegion = "us-east-1";
        }

        return new(config);
    }

    private static async Task<TestStore> StartAsync()
    {
        if (Given is { } bucket)
        {
            return new(Environment.GetEnvironmentVariable("S3_TEST_ENDPOINT") is { Length: > 0 } endpoint ? new(endpoint) : null, bucket, server: null);
        }

        var server = await CephServer.StartAsync();

        // Where the SDK looks first. Children of this process inherit it.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", server.AccessKey);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", server.SecretKey);
        Environment.SetEnvironmentVariable("AWS_SESSION_TOKEN", null);
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        return new(server.Endpoint, givenBucket: null, server);
    }
}
