using CustomerTrack.Generator;
using CustomerTrack.Harness;

namespace CustomerTrack.Faults;

public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 22;
    private const int MinimumRows = 200_000;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_killed_again_and_again_at_random_moments_loses_nothing_and_doubles_nothing()
    {
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        var random = new Random(seed);
        var site = new Site(_folder.In("data"), Definitions.Write(_folder.Path));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var rows = 0L;
        var options = new GeneratorOptions
        {
            Seed = seed, Customers = 8_000, Rows = 0, Rate = 5_000, Interval = TimeSpan.FromMilliseconds(250),
            LateShare = 0.1, DuplicateShare = 0.05, DirtyShare = 0.005, TieShare = 0.02, DeleteShare = 0.03,
        };
        var feed = FeedRun.RunAsync(
            options, site.Dimension, site.Landing, answerFolder: null, new OnReport<GeneratorProgress>(progress => Volatile.Write(ref rows, progress.Rows)), TimeProvider.System, enough.Token);

        var kills = 0;
        while (kills < Kills || Volatile.Read(ref rows) < MinimumRows)
        {
            Assert.False(feed.IsCompleted, "The feed ended before the kills did.");
            await using (var process = site.StartService())
            {
                await ReachAsync(site, process, (Moment)(kills % 4));

                // Not a wait for anything: the random moment is what is tested.
                await Task.Delay(random.NextDouble() * LongestDelay, Token);
                Assert.False(process.HasExited, process.Error);
                await process.KillAsync();
            }

            kills++;
        }

        await enough.CancelAsync();
        var answer = (await feed).AnswerKey;
        output.WriteLine($"{answer.Counts.Rows} rows in {answer.Counts.Files} files, {kills} kills, {Archived(site)} files archived, {site.Waiting.Count} waiting, {site.Claimed.Count} claimed by dead processes.");

        await using var service = await site.ServeAsync(Token);
        await service.DrainAsync(TimeSpan.FromMinutes(2), Token);
        await site.VerifyAsync(Token);
        await AnswerCheck.MustHoldAsync(site, answer, Token);
        await service.StopAsync(Token);

        await site.VerifyAsync(Token);
        Assert.Empty(site.Waiting);
        Assert.Empty(site.Claimed);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task ReachAsync(Site site, CustomerTrackProcess process, Moment moment)
    {
        var objects = site.LakeObjects.Count;
        var archived = Archived(site);
        switch (moment)
        {
            case Moment.Starting:
                break;
            case Moment.Up:
                _ = await RunningService.UpAsync(site, process, Token);
                break;
            case Moment.LakeObjectWritten:
                await Fact.AwaitAsync(() => site.LakeObjects.Count > objects, TimeSpan.FromMinutes(1), Token, () => Task.FromResult(process.Error));
                break;
            default:
                await Fact.AwaitAsync(() => Archived(site) > archived, TimeSpan.FromMinutes(1), Token, () => Task.FromResult(process.Error));
                break;
        }
    }

    private static int Archived(Site site) => Site.FilesBelow(Path.Combine(site.Data, "archive"), "*").Count;

    /// <summary>From when on a process may die at any moment.</summary>
    private enum Moment
    {
        Starting,
        Up,
        LakeObjectWritten,
        FileArchived,
    }
}
