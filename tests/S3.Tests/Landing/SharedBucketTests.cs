using System.Globalization;
using System.Text;
using CustomerTrack.Ingest;
using CustomerTrack.S3Server;
using CustomerTrack.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CustomerTrack.S3.Tests.Landing;

/// <summary>Silos of a cluster on one bucket.</summary>
public sealed class SharedBucketTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => Store.Cancel;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_taker_that_dies_between_any_two_steps_is_followed_by_another_and_who_was_taken_over_from_does_nothing(bool answerLost)
    {
        // The fault-free run says how many requests there are to die at.
        var last = int.MaxValue;
        var again = 0;
        for (var at = 1; at <= last; at++)
        {
            await using var site = await LandingSite.CreateAsync();
            var (membership, registry) = (new PlayedMembership(), new MemoryFileRegistry());
            await site.LandAsync("customer_1.csv", "content");
            var dead = site.NewSilo(membership, registry, throughProxy: false);
            await dead.Zone.RecoverAsync(Cancel);
            var first = Assert.Single(await dead.Zone.TryClaimAsync(10, Cancel));
            membership.DeclareDead(dead.Owners.Name);

            var taker = site.NewSilo(membership, registry, throughProxy: true);
            site.Proxy.Plan = request => request.Number < at ? null : request.Number == at && answerLost ? new S3Fault.LoseAnswer() : new S3Fault.BreakBefore();
            try
            {
                var taken = Assert.Single(await taker.Zone.RecoverAsync(Cancel));
                Assert.Equal((first.Number, true), (taken.Number, taken.Redelivered));
                Assert.True(await taker.Zone.ArchiveAsync(taken, Cancel));
                last = Math.Min(last, site.Proxy.Requests.Count);
            }
            catch (Exception failure) when (failure is S3Exception or Xunit.Sdk.SingleException)
            {
                // Here its process ends. What it could not fetch it does not hand out.
            }

            membership.DeclareDead(taker.Owners.Name);
            var next = site.NewSilo(membership, registry, throughProxy: false);
            var files = await next.Zone.RecoverAsync(Cancel);
            files = files.Count > 0 ? files : await next.Zone.TryClaimAsync(10, Cancel);
            foreach (var file in files)
            {
                again++;
                Assert.Equal((first.Number, true, "content"), (file.Number, file.Redelivered, LandingSite.Read(next.Zone, file)));
                Assert.False(await dead.Zone.HoldsAsync(first, Cancel));
                Assert.False(await dead.Zone.ArchiveAsync(first, Cancel));
                Assert.False(await dead.Zone.RejectAsync(first, "reason", "message", Cancel));
                Assert.True(await next.Zone.ArchiveAsync(file, Cancel));
            }

            Assert.False(await dead.Zone.ArchiveAsync(first, Cancel));
            var archived = Assert.Single(await site.KeysAsync("archive/"));
            Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"/{first.Number}~customer_1.csv"), archived, StringComparison.Ordinal);
            Assert.Equal("content"u8.ToArray(), await site.Bucket.GetAsync(archived, Cancel));
            Assert.Empty(await site.KeysAsync("landing/"));
            Assert.Empty(await site.KeysAsync("claims/"));
            Assert.Empty(await site.KeysAsync("rejected/"));
            await CloseAbandonedAsync(next);
            Assert.Empty(await registry.ListAsync(Cancel));
            await dead.Zone.DisposeAsync();
            await taker.Zone.DisposeAsync();
            await next.Zone.DisposeAsync();
        }

        output.WriteLine($"{last} requests; after {again} deaths the file came again.");
        Assert.True(again > 0);
    }

    [Fact]
    public async Task Of_silos_that_take_over_at_once_each_file_goes_to_one_and_keeps_its_number()
    {
        await using var site = await LandingSite.CreateAsync();
        var (membership, registry) = (new PlayedMembership(), new MemoryFileRegistry());
        for (var i = 0; i < 12; i++)
        {
            await site.LandAsync($"customer_{i:D2}.csv", $"content {i}");
        }

        var dead = site.NewSilo(membership, registry, throughProxy: false);
        await dead.Zone.RecoverAsync(Cancel);
        var claimed = await dead.Zone.TryClaimAsync(20, Cancel);
        Assert.Equal(12, claimed.Count);
        var takers = Enumerable.Range(0, 3).Select(_ => site.NewSilo(membership, registry, throughProxy: false)).ToList();
        foreach (var taker in takers)
        {
            Assert.Empty(await taker.Zone.RecoverAsync(Cancel));
        }

        membership.DeclareDead(dead.Owners.Name);
        var taken = await Task.WhenAll(takers.Select(taker => Task.Run(async () => await taker.Zone.TryClaimAsync(20, Cancel), Cancel)));

        Assert.Equal(claimed.Select(file => (file.Number, file.Name)), taken.SelectMany(files => files).Select(file => (file.Number, file.Name)).Order());
        for (var i = 0; i < takers.Count; i++)
        {
            foreach (var file in taken[i])
            {
                Assert.True(file.Redelivered);
                Assert.True(await takers[i].Zone.ArchiveAsync(file, Cancel));
            }
        }

        Assert.Equal(12, (await site.KeysAsync("archive/")).Count);
        Assert.Empty(await site.KeysAsync("claims/"));
        Assert.Empty(await registry.ListAsync(Cancel));
        foreach (var silo in takers.Append(dead))
        {
            await silo.Zone.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_a_silo_gives_back_goes_to_another_while_it_still_runs()
    {
        await using var site = await LandingSite.CreateAsync();
        var (membership, registry) = (new PlayedMembership(), new MemoryFileRegistry());
        await site.LandAsync("customer_1.csv", "content");
        var leaving = site.NewSilo(membership, registry, throughProxy: false);
        var other = site.NewSilo(membership, registry, throughProxy: false);
        await leaving.Zone.RecoverAsync(Cancel);
        await other.Zone.RecoverAsync(Cancel);
        var file = Assert.Single(await leaving.Zone.TryClaimAsync(10, Cancel));
        Assert.Empty(await other.Zone.TryClaimAsync(10, Cancel));

        await leaving.Zone.ReturnAsync([file], Cancel);

        var taken = Assert.Single(await other.Zone.TryClaimAsync(10, Cancel));
        Assert.Equal((file.Number, true), (taken.Number, taken.Redelivered));
        Assert.Empty(await leaving.Zone.TryClaimAsync(10, Cancel));
        Assert.False(await leaving.Zone.ArchiveAsync(file, Cancel));
        Assert.True(await other.Zone.ArchiveAsync(taken, Cancel));
        Assert.Empty(await site.KeysAsync("claims/"));
        await leaving.Zone.DisposeAsync();
        await other.Zone.DisposeAsync();
    }

    [Fact]
    public async Task What_is_posted_lands_in_the_bucket()
    {
        await using var site = await LandingSite.CreateAsync();
        using var place = new S3LandingPlace(new S3Bucket(site.Bucket.Options(), TimeProvider.System), new S3LandingKeys(site.Bucket.Prefix + "in/landing/"), site.NewFolder());
        var name = await new LandingWriter(place, TimeProvider.System).WriteAsync("customer", new MemoryStream(Encoding.UTF8.GetBytes("{}\n")), traceParent: null, Cancel);

        Assert.Equal(["in/landing/customer/" + name], await site.KeysAsync("landing/"));
        Assert.Equal("{}\n"u8.ToArray(), await site.Bucket.GetAsync("in/landing/customer/" + name, Cancel));
    }

    private static async Task CloseAbandonedAsync((S3LandingZone Zone, OpenClaims Claims, IClaimOwners Owners) silo)
    {
        using var abandoned = new AbandonedFiles(silo.Zone, silo.Claims, silo.Owners, Options.Create(new IngestOptions()), TimeProvider.System, NullLogger<AbandonedFiles>.Instance);
        while (await abandoned.CloseAsync(Cancel) > 0)
        {
        }
    }
}
