using CustomerTrack.Ingest;
using CustomerTrack.S3Server;
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
            using var local = Local(folder);
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
        using var nextLocal = Local(folder);
        await using var next = Combine(nextLocal, nextRemote);
        var recovered = await next.RecoverAsync(Cancel);
        Assert.Equal(claimed[1..^1].Select(file => file.Number), recovered.Select(file => file.Number));
        Assert.All(recovered, file => Assert.True(file.Redelivered));
    }

    [Fact]
    public async Task A_bucket_that_does_not_answer_does_not_hold_up_the_folders()
    {
        await using var site = await LandingSite.CreateAsync();
        var folder = site.NewFolder();
        await using var remote = site.NewZone(folder);
        using var local = Local(folder);
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

    private static FolderLandingZone Local(string folder) =>
        new(new LandingFolders(folder), LandingSite.Dimensions, Options.Create(new IngestOptions { SettleTime = TimeSpan.Zero }), TimeProvider.System, NullLogger<FolderLandingZone>.Instance);

    private static CombinedLandingZone Combine(FolderLandingZone local, S3LandingZone remote) =>
        new(local, remote, Options.Create(new IngestOptions { SweepInterval = TimeSpan.FromMilliseconds(50) }), TimeProvider.System);

    private static void Land(string folder, string name, string content)
    {
        var landing = Path.Combine(folder, "landing", "customer");
        File.WriteAllText(Path.Combine(landing, $".{name}.tmp"), content);
        File.Move(Path.Combine(landing, $".{name}.tmp"), Path.Combine(landing, name));
    }
}
