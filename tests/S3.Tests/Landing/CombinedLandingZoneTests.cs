using CustomerTrack.Ingest;
using CustomerTrack.S3Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CustomerTrack.S3.Tests.Landing;

public sealed class CombinedLandingZoneTests
{
    private static CancellationToken Cancel => Store.Cancel;

    [Fact]
    public async Task Files_of_folder_and_bucket_come_as_one_with_numbers_of_one_row()
    {
        await using var site = await LandingSite.CreateAsync();
        var folder = site.NewFolder();
        var claimed = new List<ClaimedFile>();
        await using (var remote = site.NewZone(folder))
        {
            await using var local = Local(folder);
            await using var zone = Combine(local, remote);
            Assert.Empty(await zone.RecoverAsync(Cancel));
            for (var i = 0; i < 3; i++)
            {
                Land(folder, $"local_{i}.csv", "here");
                await site.LandAsync($"bucket_{i}.csv", "there");
            }

            Assert.Equal(6, await zone.CountWaitingAsync(Cancel));
            while (claimed.Count < 6)
            {
                claimed.AddRange(await zone.ClaimAsync(10, Cancel));
            }

            Assert.Equal(6, claimed.Select(file => file.Number).Distinct().Count());
            Assert.Equal(claimed.Select(file => file.Number).Order(), claimed.Select(file => file.Number));
            Assert.All(claimed, file => Assert.Equal(file.Name.StartsWith("local", StringComparison.Ordinal) ? "here" : "there", LandingSite.Read(zone, file)));
            await zone.ArchiveAsync(claimed[0], Cancel);
            await zone.ArchiveAsync(claimed[^1], Cancel);
        }

        await using var nextRemote = site.NewZone(folder);
        await using var nextLocal = Local(folder);
        await using var next = Combine(nextLocal, nextRemote);
        var recovered = new List<ClaimedFile>(await next.RecoverAsync(Cancel));
        Assert.All(recovered, file => Assert.StartsWith("local", file.Name, StringComparison.Ordinal));
        Assert.False(next.IsRecovered);
        recovered.AddRange(await next.ClaimAsync(10, Cancel));
        Assert.True(next.IsRecovered);
        Assert.Equal(claimed[1..^1].Select(file => file.Number), recovered.Select(file => file.Number).Order());
        Assert.All(recovered, file => Assert.True(file.Redelivered));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_bucket_that_does_not_answer_at_the_start_is_recovered_when_it_does_and_nothing_is_claimed_there_before(int stage)
    {
        await using var site = await LandingSite.CreateAsync();
        var folder = site.NewFolder();
        var old = await LeaveUnfinishedAsync(site, folder, "old.csv");
        await site.LandAsync("new.csv", "new");
        var logger = new WarningCounter<CombinedLandingZone>();
        await using var remote = site.NewZone(folder);
        await using var local = Local(folder);
        await using var zone = Combine(local, remote, logger);
        var failing = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        site.Proxy.Plan = request =>
        {
            // All of it; what takes over claims; what reads them after some were taken over.
            var fails = stage switch
            {
                1 => true,
                2 => request.Method == "GET" && request.Path.Contains("/claims/customer/", StringComparison.Ordinal),
                _ => request.Path.EndsWith("/old.csv", StringComparison.Ordinal) || request.Path.Contains("/archive/", StringComparison.Ordinal),
            };
            // A request after the warning is one of a later look.
            if (fails && (stage == 3 ? Interlocked.Increment(ref failing) > 2 : logger.Warnings > 0))
            {
                enough.TrySetResult();
            }

            return fails ? new S3Fault.BreakBefore() : null;
        };

        Assert.Empty(await zone.RecoverAsync(Cancel));
        Land(folder, "local.csv", "here");
        Assert.Equal("local.csv", Assert.Single(await zone.ClaimAsync(10, Cancel)).Name);
        var claiming = zone.ClaimAsync(stage == 3 ? 1 : 10, Cancel).AsTask();
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.False(zone.IsRecovered);
        if (stage < 3)
        {
            Assert.False(claiming.IsCompleted);
            Assert.StartsWith("Files that landed in the bucket cannot be had at the moment, nor those that the last process left", zone.Failure, StringComparison.Ordinal);
            Assert.Equal(1, logger.Warnings);
            Assert.DoesNotContain(await site.KeysAsync("claims/"), key => key.Contains("new.csv", StringComparison.Ordinal));
        }

        site.Proxy.Plan = _ => null;
        var recovered = Assert.Single(await claiming.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal((old.Name, old.Number, true), (recovered.Name, recovered.Number, recovered.Redelivered));
        Assert.Equal("old.csv", LandingSite.Read(zone, recovered));
        Assert.True(zone.IsRecovered);
        Assert.Null(zone.Failure);
        var young = Assert.Single(await zone.ClaimAsync(10, Cancel));
        Assert.Equal(("new.csv", false), (young.Name, young.Redelivered));
    }

    [Fact]
    public async Task No_file_counts_as_finished_while_an_earlier_process_may_have_left_others()
    {
        await using var site = await LandingSite.CreateAsync();
        var areAllKnown = false;
        var folders = new LandingFolders(site.NewFolder());
        Directory.CreateDirectory(Path.GetDirectoryName(folders.LastNumber)!);
        var registry = LandingSite.NewRegistry(folders, () => areAllKnown);
        var number = await registry.OpenAsync("me", 1, Cancel);
        Assert.Equal(0, await registry.FloorAsync(Cancel));

        areAllKnown = true;

        Assert.Equal(number, await registry.FloorAsync(Cancel));
    }

    [Fact]
    public async Task A_bucket_that_does_not_answer_does_not_hold_up_the_folders()
    {
        await using var site = await LandingSite.CreateAsync();
        var folder = site.NewFolder();
        await using var remote = site.NewZone(folder);
        await using var local = Local(folder);
        await using var zone = Combine(local, remote);
        await zone.RecoverAsync(Cancel);
        var asked = new TaskCompletionSource();
        site.Proxy.Plan = _ =>
        {
            asked.TrySetResult();
            return new S3Fault.Delay(TimeSpan.FromMinutes(1));
        };
        var claiming = zone.ClaimAsync(10, Cancel).AsTask();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Land(folder, "local.csv", "here");

        Assert.Equal("local.csv", Assert.Single(await claiming.WaitAsync(TimeSpan.FromSeconds(8), Cancel)).Name);
    }

    private static FolderLandingZone Local(string folder)
    {
        var folders = new LandingFolders(folder);
        var owners = new FolderOwners(folders.Owners);
        return new(folders, LandingSite.Dimensions, owners, new OpenClaims(LandingSite.NewRegistry(folders, () => true), owners), Options.Create(new IngestOptions { SettleTime = TimeSpan.Zero }), TimeProvider.System, NullLogger<FolderLandingZone>.Instance);
    }

    private static CombinedLandingZone Combine(FolderLandingZone local, S3LandingZone remote, ILogger<CombinedLandingZone>? logger = null) =>
        new(local, remote, Options.Create(new IngestOptions { SweepInterval = TimeSpan.FromMilliseconds(50) }), TimeProvider.System, logger ?? NullLogger<CombinedLandingZone>.Instance);

    /// <summary>A file in the bucket that a process claims and, when it ends, has not finished.</summary>
    private static async Task<ClaimedFile> LeaveUnfinishedAsync(LandingSite site, string folder, string name)
    {
        await using var ended = site.NewZone(folder);
        await ended.RecoverAsync(Cancel);
        await site.LandAsync(name, name);
        return Assert.Single(await ended.TryClaimAsync(10, Cancel));
    }

    private static void Land(string folder, string name, string content)
    {
        var landing = Path.Combine(folder, "landing", "customer");
        File.WriteAllText(Path.Combine(landing, $".{name}.tmp"), content);
        File.Move(Path.Combine(landing, $".{name}.tmp"), Path.Combine(landing, name));
    }
}
