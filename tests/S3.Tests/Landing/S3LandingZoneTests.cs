using System.Collections.Concurrent;
using System.Diagnostics;
using CustomerTrack.Ingest;
using CustomerTrack.S3Server;

namespace CustomerTrack.S3.Tests.Landing;

public sealed class S3LandingZoneTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => Store.Cancel;

    private static Func<Stream, ValueTask> Content(string text) => stream => stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), Cancel);

    [Fact]
    public async Task Of_processes_on_one_bucket_each_file_goes_to_exactly_one()
    {
        await using var site = await LandingSite.CreateAsync();
        for (var i = 0; i < 20; i++)
        {
            await site.LandAsync($"customer_{i:D2}.csv", $"content {i}");
        }

        var claimed = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            await using var zone = site.NewZone(site.NewFolder(), retries: 3);
            Assert.Empty(await zone.RecoverAsync(Cancel));
            while (await zone.CountWaitingAsync(Cancel) > 0)
            {
                foreach (var file in await zone.TryClaimAsync(3, Cancel))
                {
                    claimed.Add(file.Name);
                    Assert.False(file.Redelivered);
                    Assert.Equal($"content {int.Parse(file.Name[9..11], System.Globalization.CultureInfo.InvariantCulture)}", LandingSite.Read(zone, file));
                    await zone.ArchiveAsync(file, Cancel);
                }
            }
        }));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"customer_{i:D2}.csv"), claimed.Order(StringComparer.Ordinal));
        Assert.Equal(20, (await site.KeysAsync("archive/customer/")).Count);
        Assert.Empty(await site.KeysAsync("landing/"));
        Assert.Empty(await site.KeysAsync("claims/"));
        Assert.Empty(await site.KeysAsync("owners/"));
    }

    [Fact]
    public async Task A_producers_trace_context_is_known_to_whoever_claims_the_file_and_is_not_that_of_what_overwrote_it()
    {
        const string Context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await using var site = await LandingSite.CreateAsync();
        using var place = new S3LandingPlace(new S3Bucket(site.Bucket.Options(), TimeProvider.System), new S3LandingKeys(site.Bucket.Prefix + "in/landing/"), site.NewFolder());
        await place.LandAsync("customer", "kept.ndjson", Content("1"), Context, Cancel);
        await place.LandAsync("customer", "other.ndjson", Content("2"), Context, Cancel);
        var folder = site.NewFolder();
        await using (var first = site.NewZone(folder, retries: 3))
        {
            await first.RecoverAsync(Cancel);
            Assert.All(await first.TryClaimAsync(10, Cancel), file => Assert.Equal(Context, file.TraceParent));
        }

        await place.LandAsync("customer", "other.ndjson", Content("3"), traceParent: null, Cancel);
        await using var second = site.NewZone(folder, retries: 3);
        var again = (await second.RecoverAsync(Cancel)).OrderBy(file => file.Name, StringComparer.Ordinal).ToList();

        Assert.Equal([("kept.ndjson", true, Context), ("other.ndjson", true, null)], again.Select(file => (file.Name, file.Redelivered, file.TraceParent)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_between_any_two_steps_leaves_a_file_that_is_archived_once_under_its_number(bool answerLost)
    {
        // The fault-free run says how many requests there are to crash at.
        var last = int.MaxValue;
        var handedOut = 0;
        for (var at = 1; at <= last; at++)
        {
            await using var site = await LandingSite.CreateAsync();
            await site.LandAsync("customer_1.csv", "content");
            var folder = site.NewFolder();
            ClaimedFile? first = null;
            var finished = false;
            var crashing = site.NewZone(folder);
            site.Proxy.Plan = request => request.Number < at ? null : request.Number == at && answerLost ? new S3Fault.LoseAnswer() : new S3Fault.BreakBefore();
            try
            {
                await crashing.RecoverAsync(Cancel);
                first = Assert.Single(await crashing.TryClaimAsync(10, Cancel));
                await crashing.ArchiveAsync(first, Cancel);
                finished = true;
            }
            catch (S3Exception)
            {
                // Here the process ends.
            }

            var requests = site.Proxy.Requests.Count;
            await crashing.DisposeAsync();
            if (finished)
            {
                last = Math.Min(last, requests);
            }

            site.Proxy.Plan = _ => null;
            await using var next = site.NewZone(folder);
            var recovered = await next.RecoverAsync(Cancel);
            var files = recovered.Count > 0 ? recovered : await next.TryClaimAsync(10, Cancel);
            if (finished)
            {
                Assert.Empty(files);
            }

            foreach (var file in files)
            {
                Assert.Equal("content", LandingSite.Read(next, file));
                if (first is not null)
                {
                    handedOut++;
                    Assert.True(file.Redelivered);
                    Assert.Equal(first.Number, file.Number);
                }

                await next.ArchiveAsync(file, Cancel);
                await next.ArchiveAsync(file, Cancel);
            }

            var archived = Assert.Single(await site.KeysAsync("archive/"));
            Assert.EndsWith($"/{(first ?? files[0]).Number}~customer_1.csv", archived, StringComparison.Ordinal);
            Assert.Equal("content"u8.ToArray(), await site.Bucket.GetAsync(archived, Cancel));
            Assert.Empty(await site.KeysAsync("landing/"));
            Assert.Empty(await site.KeysAsync("claims/"));
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, "landing", ".spool")));
        }

        output.WriteLine($"{last} requests; after {handedOut} crashes the file came again.");
        Assert.True(handedOut > 0);
    }

    [Fact]
    public async Task A_file_that_is_overwritten_while_it_is_claimed_is_archived_as_it_was_read_and_the_new_one_is_read_next()
    {
        await using var site = await LandingSite.CreateAsync();
        await using var zone = site.NewZone(site.NewFolder());
        await zone.RecoverAsync(Cancel);
        await site.LandAsync("customer_1.csv", "old");
        var old = Assert.Single(await zone.TryClaimAsync(10, Cancel));
        await site.LandAsync("customer_1.csv", "new content");

        var young = Assert.Single(await zone.TryClaimAsync(10, Cancel));
        Assert.Equal("old", LandingSite.Read(zone, old));
        Assert.Equal("new content", LandingSite.Read(zone, young));
        Assert.True(young.Number > old.Number);
        Assert.False(young.Redelivered);
        await zone.ArchiveAsync(old, Cancel);
        Assert.Single(await site.KeysAsync("landing/"));
        await zone.ArchiveAsync(young, Cancel);

        var archived = await site.KeysAsync("archive/");
        Assert.Equal("old"u8.ToArray(), await site.Bucket.GetAsync(archived[0], Cancel));
        Assert.Equal("new content"u8.ToArray(), await site.Bucket.GetAsync(archived[1], Cancel));
        Assert.Empty(await site.KeysAsync("landing/"));
        Assert.Empty(await site.KeysAsync("claims/"));
    }

    [Fact]
    public async Task Files_of_a_process_that_no_longer_renews_its_lease_go_to_another_one()
    {
        await using var site = await LandingSite.CreateAsync();
        await site.LandAsync("customer_1.csv", "content");
        var lease = TimeSpan.FromSeconds(3);
        await using var paused = site.NewZone(site.NewFolder(), lease: lease);
        await using var other = site.NewZone(site.NewFolder(), throughProxy: false, retries: 3, lease: lease);
        await other.RecoverAsync(Cancel);
        await paused.RecoverAsync(Cancel);
        var first = Assert.Single(await paused.TryClaimAsync(10, Cancel));
        Assert.Empty(await other.TryClaimAsync(10, Cancel));

        site.Proxy.Plan = _ => new S3Fault.BreakBefore();
        var again = Assert.Single(await other.ClaimAsync(10, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.True(again.Redelivered);
        Assert.Equal(first.Number, again.Number);

        // The paused one goes on as if nothing had happened; then the other one finishes.
        site.Proxy.Plan = _ => null;
        await paused.ArchiveAsync(first, Cancel);
        Assert.Equal("content", LandingSite.Read(other, again));
        await other.ArchiveAsync(again, Cancel);
        Assert.Single(await site.KeysAsync("archive/"));
        Assert.Empty(await site.KeysAsync("claims/"));
        Assert.Empty(await site.KeysAsync("landing/"));
    }

    [Fact]
    public async Task A_rejected_file_rests_with_its_note_and_names_that_cannot_be_read_are_left_alone()
    {
        await using var site = await LandingSite.CreateAsync();
        await using var zone = site.NewZone(site.NewFolder());
        await zone.RecoverAsync(Cancel);
        foreach (var name in new[] { "customer_1.csv.gz", "readme.txt", "half.csv.tmp", "sub/customer_2.csv", new string('x', 200) + ".csv" })
        {
            await site.LandAsync(name, "content");
        }

        Assert.Equal(1, await zone.CountWaitingAsync(Cancel));
        var file = Assert.Single(await zone.TryClaimAsync(10, Cancel));
        Assert.Equal(0, await zone.CountWaitingAsync(Cancel));
        await zone.RejectAsync(file, "corrupt_gzip", "It is broken.", Cancel);

        var rejected = $"in/rejected/customer/files/{file.Number}~customer_1.csv.gz";
        Assert.Equal([rejected, rejected + ".reason.json"], await site.KeysAsync("rejected/"));
        Assert.Contains("corrupt_gzip", System.Text.Encoding.UTF8.GetString(await site.Bucket.GetAsync(rejected + ".reason.json", Cancel)), StringComparison.Ordinal);
        Assert.Equal(4, (await site.KeysAsync("landing/")).Count);
        Assert.Empty(await site.KeysAsync("claims/"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_fetched_now_is_fetched_by_a_later_call()
    {
        await using var site = await LandingSite.CreateAsync();
        await using var zone = site.NewZone(site.NewFolder());
        await zone.RecoverAsync(Cancel);
        await site.LandAsync("customer_1.csv", "content");
        site.Proxy.Plan = request => request.Method == "GET" && request.Path.EndsWith("/customer_1.csv", StringComparison.Ordinal) ? S3Fault.SlowDown : null;
        var failure = await Assert.ThrowsAsync<S3Exception>(async () => await zone.TryClaimAsync(10, Cancel));
        Assert.Equal(S3FailureKind.Throttled, failure.Kind);

        site.Proxy.Plan = _ => null;
        var started = Stopwatch.GetTimestamp();
        var file = Assert.Single(await zone.TryClaimAsync(10, Cancel));
        Assert.False(file.Redelivered);
        output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalMilliseconds} ms.");
    }
}
