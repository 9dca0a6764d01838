using CustomerTrack.Generator;
using CustomerTrack.Harness;

namespace CustomerTrack.Faults;

/// <summary>Disks that take nothing: the process says so and stays up, and what waited is done when they take something again.</summary>
public sealed class DiskTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TestFolder _folder = new();
    private readonly List<Tmpfs> _mounts = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_lake_is_told_and_overcome() => await FillAsync("lake", restart: false);

    [Fact]
    public async Task Full_states_are_told_and_overcome() => await FillAsync("state", restart: false);

    [Fact]
    public async Task Full_states_lose_nothing_when_the_process_is_killed_meanwhile() => await FillAsync("state", restart: true);

    [Fact]
    public async Task A_full_quarantine_is_told_and_overcome() => await FillAsync("rejected", restart: false);

    [Fact]
    public async Task A_full_disk_under_the_whole_data_folder_is_told_and_overcome() => await FillAsync("", restart: false);

    [Fact]
    public async Task A_full_disk_under_the_whole_data_folder_loses_nothing_when_the_process_is_killed_meanwhile() => await FillAsync("", restart: true);

    [Fact]
    public async Task A_read_only_lake_is_told_and_overcome()
    {
        var (site, feed) = Prepare();
        var lake = Mount(Path.Combine(site.Data, "lake"), 64);
        await using var service = await site.ServeAsync(Token);
        lake.MakeReadOnly();
        Land(site, feed);
        await MustTellAsync(service);

        lake.MakeWritable();

        await MustRecoverAsync(site, service, feed);
    }

    [Theory]
    [InlineData("lake")]
    [InlineData("archive")]
    public async Task A_file_in_the_place_of_a_folder_is_told_and_overcome(string below)
    {
        var (site, feed) = Prepare();
        await using var service = await site.ServeAsync(Token);
        var folder = Path.Combine(site.Data, below, site.Dimension.Name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await File.WriteAllTextAsync(folder, "in the way", Token);
        Land(site, feed);
        await MustTellAsync(service);

        File.Delete(folder);

        await MustRecoverAsync(site, service, feed);
    }

    [Fact]
    public async Task A_landing_folder_that_takes_no_claims_is_told_and_overcome()
    {
        var (site, feed) = Prepare();
        var landing = Mount(Path.Combine(site.Data, "landing"), 64);
        await using var service = await site.ServeAsync(Token);
        foreach (var file in feed.Files)
        {
            await File.WriteAllBytesAsync(Path.Combine(landing.Path, $".{file.Name}"), feed.Encode(file.Rows), Token);
        }

        landing.Fill();
        foreach (var file in feed.Files)
        {
            File.Move(Path.Combine(landing.Path, $".{file.Name}"), Path.Combine(site.Landing, file.Name));
        }

        await MustTellAsync(service);
        File.Delete(Path.Combine(landing.Path, ".ballast"));

        await MustRecoverAsync(site, service, feed);
    }

    public void Dispose()
    {
        _mounts.ForEach(mount => mount.Dispose());
        _folder.Dispose();
    }

    // Empty while the process starts, full when the feed comes, and given back at last.
    private async Task FillAsync(string below, bool restart)
    {
        var (site, feed) = Prepare();
        var disk = Mount(Path.Combine(site.Data, below), 256);
        var service = await site.ServeAsync(Token);
        try
        {
            if (below.Length == 0)
            {
                // A producer of a full disk cannot write either: what lands was there before.
                Land(site, feed.Files.Take(2), feed);
                await service.DrainAsync(Patience, Token);
                var waiting = Path.Combine(site.Data, "later");
                Directory.CreateDirectory(waiting);
                foreach (var file in feed.Files.Skip(2))
                {
                    await File.WriteAllBytesAsync(Path.Combine(waiting, file.Name), feed.Encode(file.Rows), Token);
                }

                disk.Fill();
                foreach (var path in Directory.GetFiles(waiting))
                {
                    File.Move(path, Path.Combine(site.Landing, Path.GetFileName(path)));
                }
            }
            else
            {
                disk.Fill();
                Land(site, feed);
            }

            await MustTellAsync(service);
            if (restart)
            {
                await service.Process.KillAsync();
                await service.DisposeAsync();
            }

            File.Delete(Path.Combine(disk.Path, ".ballast"));
            if (restart)
            {
                service = await site.ServeAsync(Token);
            }

            await MustRecoverAsync(site, service, feed);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    private (Site Site, GeneratedFeed Feed) Prepare()
    {
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        var site = new Site(_folder.In("data"), Definitions.Write(_folder.Path));

        // RocksDB takes space for its log in advance, a buffer's worth; a small one runs out while the feed comes.
        site.Environment["CUSTOMERTRACK_State__WriteBufferMegabytes"] = "16";
        var options = Feeds.Disorderly(seed, 50_000, 6_000);
        options.DirtyShare = 0.05;
        return (site, GeneratedFeed.Build(options, site.Dimension));
    }

    private Tmpfs Mount(string path, int megabytes)
    {
        var mount = Tmpfs.MountOrSkip(path, megabytes);
        _mounts.Add(mount);
        return mount;
    }

    private static void Land(Site site, GeneratedFeed feed) => Land(site, feed.Files, feed);

    private static void Land(Site site, IEnumerable<GeneratedFile> files, GeneratedFeed feed)
    {
        foreach (var file in files)
        {
            site.Land(file.Name, feed.Encode(file.Rows));
        }
    }

    private async Task MustTellAsync(RunningService service)
    {
        string? failure = null;
        await Fact.AwaitAsync(
            async () => (failure = (await service.StatusAsync(Token)).GetProperty("failure").GetString()) is not null,
            TimeSpan.FromSeconds(60),
            Token,
            async () => $"{await service.StatusAsync(Token)} {service.Process.Error}");
        output.WriteLine($"Told: {failure}");
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await service.Http.GetAsync("healthz/ready", Token)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await service.Http.GetAsync("healthz/live", Token)).StatusCode);
        Assert.False(service.Process.HasExited);
    }

    private static async Task MustRecoverAsync(Site site, RunningService service, GeneratedFeed feed)
    {
        await service.DrainAsync(Patience, Token);
        await AnswerCheck.MustHoldAsync(site, feed.AnswerKey, Token);
        Assert.Equal(feed.AnswerKey.Counts.Dirty, site.Quarantine.Count);
        await site.VerifyAsync(Token);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await service.StatusAsync(Token)).GetProperty("failure").ValueKind);
        await service.StopAsync(Token);
        await site.VerifyAsync(Token);
    }
}
