using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using CustomerTrack.S3Server;
using CustomerTrack.Tests;
using CustomerTrack.Warehouse.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.S3.Tests.Landing;

/// <summary>A bucket that files land in, with a proxy before it, and data folders.</summary>
internal sealed class LandingSite : IAsyncDisposable
{
    public static readonly DimensionCatalog Dimensions = new([TestDimensions.Customer()]);

    private readonly List<string> _folders = [];

    private LandingSite(TestBucket bucket, FaultyS3 proxy)
    {
        Bucket = bucket;
        Proxy = proxy;
    }

    public TestBucket Bucket { get; }

    public FaultyS3 Proxy { get; }

    public static async Task<LandingSite> CreateAsync()
    {
        var proxy = await Store.NewProxyAsync();
        return new(await Store.NewBucketAsync(), proxy);
    }

    public string NewFolder()
    {
        _folders.Add(Directory.CreateTempSubdirectory("s3-landing-").FullName);
        return _folders[^1];
    }

    /// <summary>A zone on a data folder, as one process has it.</summary>
    public S3LandingZone NewZone(string folder, bool throughProxy = true, int retries = 0, TimeSpan? lease = null)
    {
        var options = Bucket.Options(throughProxy ? Proxy : null);
        options.MaxRetries = retries;
        var bucket = new S3Bucket(options, TimeProvider.System);
        var keys = new S3LandingKeys(Bucket.Prefix + "in/landing/");
        var folders = new LandingFolders(folder);
        var leases = new S3Leases(bucket, keys, folders, lease / 10 ?? S3Leases.Renewal, lease ?? S3Leases.Lease, TimeProvider.System, NullLogger.Instance);
        S3LandingZone? zone = null;
        var registry = NewRegistry(folders, () => zone!.IsRecovered);
        return zone = new(bucket, keys, leases, new OpenClaims(registry, leases), new S3Spool(bucket, folders.Spool), Dimensions, TimeProvider.System, TimeSpan.FromMilliseconds(50), NullLogger<S3LandingZone>.Instance);
    }

    /// <summary>A zone as one silo of a cluster has it, and its claims.</summary>
    public (S3LandingZone Zone, OpenClaims Claims, IClaimOwners Owners) NewSilo(PlayedMembership membership, IFileRegistry registry, bool throughProxy)
    {
        var options = Bucket.Options(throughProxy ? Proxy : null);
        options.MaxRetries = throughProxy ? 0 : 3;
        var bucket = new S3Bucket(options, TimeProvider.System);
        var keys = new S3LandingKeys(Bucket.Prefix + "in/landing/");
        var owners = membership.Join();
        var claims = new OpenClaims(registry, owners);
        var spool = new S3Spool(bucket, Path.Combine(NewFolder(), "spool"));
        return (new(bucket, keys, owners, claims, spool, Dimensions, TimeProvider.System, TimeSpan.FromMilliseconds(50), NullLogger<S3LandingZone>.Instance), claims, owners);
    }

    /// <summary>The registry of a process that is alone.</summary>
    public static SoloFileRegistry NewRegistry(LandingFolders folders, Func<bool> areAllKnown) =>
        new(new FileNumbers(folders, Dimensions.All.Select(dimension => dimension.Name), TimeProvider.System), areAllKnown);

    public Task LandAsync(string name, string content) => Bucket.PutAsync("in/landing/customer/" + name, System.Text.Encoding.UTF8.GetBytes(content), Store.Cancel);

    public static string Read(ILandingZone zone, ClaimedFile file)
    {
        using var reader = new StreamReader(zone.Open(file));
        return reader.ReadToEnd();
    }

    /// <summary>Keys below <c>in/</c> that begin so.</summary>
    public async Task<List<string>> KeysAsync(string below) =>
        [.. (await Bucket.KeysAsync(Store.Cancel)).Where(key => key.StartsWith("in/" + below, StringComparison.Ordinal) && !key.EndsWith("/_check", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Bucket.DisposeAsync();
        foreach (var folder in _folders)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
