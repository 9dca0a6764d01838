using System.Diagnostics;
using System.Globalization;
using CustomerTrack.Harness;

namespace CustomerTrack.Faults;

/// <summary>
/// Short storms of random faults, each on a new cluster: <c>FAULT_RUNS=50</c> says how many, <c>TEST_SEED</c> repeats one. And one long storm:
/// <c>CUSTOMERTRACK_SOAK=01:00:00</c>.
/// </summary>
public sealed class RandomRunTests(ITestOutputHelper output)
{
    private const int OrdinaryRuns = 2;

    private static string? Runs => Environment.GetEnvironmentVariable("FAULT_RUNS");

    private static string? Soak => Environment.GetEnvironmentVariable("CUSTOMERTRACK_SOAK");

    [Fact]
    public async Task Random_faults_in_short_runs_leave_the_tables_of_the_answer_key()
    {
        var log = new FaultLog(output, isLive: Runs is { Length: > 0 });
        var count = Runs is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : OrdinaryRuns;
        var seeds = Environment.GetEnvironmentVariable("TEST_SEED") is { Length: > 0 } ? [Seed.Next()] : Enumerable.Range(0, count).Select(_ => Seed.Next()).ToArray();
        List<FaultRun> runs = [];
        foreach (var seed in seeds)
        {
            log.Line($"== run {runs.Count + 1} of {seeds.Length}");
            runs.Add(await RunAsync(seed, log));
            log.Line(FaultRun.Header);
            log.Line(runs[^1].Line(runs.Count));
        }

        log.Line("");
        log.Line(FaultRun.Header);
        for (var i = 0; i < runs.Count; i++)
        {
            log.Line(runs[i].Line(i + 1));
        }

        log.Line("");
        foreach (var line in Storm.Summary([.. runs.SelectMany(run => run.Faults)]))
        {
            log.Line(line);
        }

        var failed = runs.Where(run => run.Failure is not null).ToList();
        log.Line($"{runs.Count - failed.Count} of {runs.Count} runs are green; {runs.Sum(run => run.Rows)} rows, {runs.Sum(run => run.Faults.Count)} faults, {runs.Sum(run => run.Time.TotalSeconds):F0} s.");
        Assert.True(failed.Count == 0, $"{failed.Count} of {runs.Count} runs failed, with the seeds {string.Join(", ", failed.Select(run => run.Seed))}. The first: {failed.FirstOrDefault()?.Failure}");
    }

    [Fact]
    public async Task A_long_storm_of_random_faults_leaves_the_tables_of_the_answer_key()
    {
        Assert.SkipUnless(Soak is { Length: > 0 }, "Runs for as long as CUSTOMERTRACK_SOAK says, 01:00:00 for an hour; it is not set.");
        var time = TimeSpan.Parse(Soak!, CultureInfo.InvariantCulture);
        var log = new FaultLog(output, isLive: true);
        var options = new SceneOptions { Seed = Seed.Next(), Network = SiloNetwork.WhyMissing is null, Lake = Tmpfs.WhyMissing is null ? SceneLake.OwnDisk : SceneLake.Folder, Rate = 500, Customers = 20_000 };
        var started = Stopwatch.GetTimestamp();
        await using var scene = await ClusterScene.SetAsync(options, log);
        var storm = new Storm(scene);
        try
        {
            await storm.RageAsync(_ => Stopwatch.GetElapsedTime(started) > time);
            var rows = await scene.MustEndWellAsync();
            log.Line(string.Create(CultureInfo.InvariantCulture, $"{rows} rows, {storm.Faults.Count} faults, {scene.Versions} versions, {scene.EndedByThemselves} silos ended by themselves, {Stopwatch.GetElapsedTime(started)}."));
        }
        finally
        {
            foreach (var line in Storm.Summary([.. storm.Faults]))
            {
                log.Line(line);
            }
        }
    }

    private static async Task<FaultRun> RunAsync(int seed, FaultLog log)
    {
        // The scene's own dice begin at the same seed; these only choose the scene.
        var random = new Random(seed);
        var network = random.NextDouble() < 0.4 && SiloNetwork.WhyMissing is null;
        var chance = random.NextDouble();
        var lake = chance < 0.2 && S3Server.TestStore.WhyMissing is null ? SceneLake.S3 : chance < 0.5 && Tmpfs.WhyMissing is null ? SceneLake.OwnDisk : SceneLake.Folder;

        // The bucket is on this machine's loopback, which a silo with a network of its own does not reach.
        var options = new SceneOptions { Seed = seed, Network = network && lake != SceneLake.S3, Lake = lake };
        var faults = random.Next(1, 3);
        var name = $"{options.Lake}{(options.Network ? " network" : "")}";
        var started = Stopwatch.GetTimestamp();
        ClusterScene? scene = null;
        Storm? storm = null;
        try
        {
            scene = await ClusterScene.SetAsync(options, log);
            storm = new Storm(scene);
            await storm.RageAsync(done => done == faults);
            return new() { Seed = seed, Scene = name, Rows = await scene.MustEndWellAsync(), Faults = storm.Faults, EndedByThemselves = scene.EndedByThemselves, Time = Stopwatch.GetElapsedTime(started) };
        }
        catch (Exception failure) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // The other runs go on; the seed and the reason are told now and at the end.
            log.Line($"FAILED with TEST_SEED={seed}: {failure}");
            return new() { Seed = seed, Scene = name, Faults = storm?.Faults ?? [], EndedByThemselves = scene?.EndedByThemselves ?? 0, Time = Stopwatch.GetElapsedTime(started), Failure = failure };
        }
        finally
        {
            if (scene is not null)
            {
                await scene.DisposeAsync();
            }
        }
    }
}
