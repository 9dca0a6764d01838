using CustomerTrack.Lake;
using CustomerTrack.S3Server;
using CustomerTrack.Warehouse.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.S3.Tests.Lake;

/// <summary>A lake in a bucket of its own, with a proxy before it, and a local folder.</summary>
internal sealed class S3Site : IAsyncDisposable
{
    public static readonly LakeOwner Owner = new() { StateId = "11111111111111111111111111111111", Place = "the tests' states" };
    public static readonly IReadOnlyDictionary<long, string> Files = new Dictionary<long, string> { [1] = "one.csv", [2] = "two.csv" };

    private S3Site(TestBucket bucket, FaultyS3 proxy, S3Options options)
    {
        Bucket = bucket;
        Proxy = proxy;
        Options = options;
    }

    public TestBucket Bucket { get; }

    public FaultyS3 Proxy { get; }

    public S3Options Options { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("s3-lake-").FullName;

    public S3Lake Lake { get; private set; } = null!;

    public static async Task<S3Site> CreateAsync(Action<S3Options>? change = null)
    {
        var proxy = await Store.NewProxyAsync();
        var bucket = await Store.NewBucketAsync();
        var options = bucket.Options(proxy);
        change?.Invoke(options);
        var site = new S3Site(bucket, proxy, options);
        site.Lake = await site.OpenAsync();
        return site;
    }

    /// <summary>The lake, opened once more.</summary>
    public Task<S3Lake> OpenAsync(TimeProvider? time = null, LakeOwner? owner = null, LakeAccess access = LakeAccess.Write) =>
        S3Lake.OpenAsync(Options, Folder, owner ?? Owner, access, static () => 64, time ?? TimeProvider.System, NullLogger<S3Lake>.Instance, Store.Cancel);

    public ValueTask<LakeObject> WriteAsync(int rows) =>
        Lake.WriteAsync(TestDimensions.Customer(), [.. Enumerable.Range(1, rows).Select(i => Deltas.Version("a" + i, i, null, i))], Files, Store.Cancel);

    public async Task<List<LakeObject>> ListAsync()
    {
        var listed = new List<LakeObject>();
        await foreach (var item in Lake.ListAsync(TestDimensions.Customer(), Store.Cancel))
        {
            listed.Add(item);
        }

        return listed;
    }

    /// <summary>What is in the bucket besides what a lake leaves when it is opened.</summary>
    public async Task<List<string>> KeysAsync() => [.. (await Bucket.KeysAsync(Store.Cancel)).Where(key => key is not ("lake/_check" or "lake/_lake.json"))];

    public async ValueTask DisposeAsync()
    {
        Lake?.Dispose();
        await Proxy.DisposeAsync();
        await Bucket.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
