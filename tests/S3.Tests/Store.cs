using CustomerTrack.S3Server;

namespace CustomerTrack.S3.Tests;

/// <summary>The store of these tests.</summary>
internal static class Store
{
    static Store()
    {
        // Read by the SDK where a profile is asked for.
        var profiles = Path.Combine(AppContext.BaseDirectory, "profiles");
        File.WriteAllText(profiles, """
            [wrong-key]
            aws_access_key_id = nobody
            aws_secret_access_key = secret12345
            [wrong-secret]
            aws_access_key_id = customertrack
            aws_secret_access_key = secret12345

            """);
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", profiles);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A bucket with nothing in it. Skips the test where there is no store.</summary>
    public static async Task<TestBucket> NewBucketAsync()
    {
        Assert.SkipWhen(TestStore.WhyMissing is not null, TestStore.WhyMissing ?? "");
        return await (await TestStore.SharedAsync()).NewBucketAsync(Cancel);
    }

    /// <summary>A proxy before the store. Skips the test on a store that is not ours: signatures cover the host's name.</summary>
    public static async Task<FaultyS3> NewProxyAsync()
    {
        Assert.SkipWhen(TestStore.WhyMissing is not null, TestStore.WhyMissing ?? "");
        var store = await TestStore.SharedAsync();
        Assert.SkipUnless(store.IsOwn, "Faults are injected before a store of our own only.");
        return await FaultyS3.StartAsync(store.Endpoint!);
    }
}
