using System.Diagnostics;
using CustomerTrack.Harness;

namespace CustomerTrack.Faults;

/// <summary>
/// Three silos in processes of their own, a real Redis, and a feed that goes on while something goes wrong. Every one ends with a cluster at rest, verify, both tables
/// as the answer key says, and nothing left in landing.
/// </summary>
public sealed class ClusterTests(ITestOutputHelper output)
{
    /// <summary>Rows flow again within this time after a silo was lost.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task After_one_of_three_silos_is_killed_rows_are_queryable_again_within_30_seconds_also_when_it_wrote_the_warehouse() =>
        PlayAsync(new() { Seed = Seed.Next() }, Recovery, FaultKind.KillSilo, FaultKind.KillWriter);

    [Fact(Explicit = true)]
    public Task A_silo_killed_twice_in_a_row_and_while_it_starts_loses_nothing() =>
        PlayAsync(new() { Seed = Seed.Next() }, Recovery, FaultKind.KillTwice, FaultKind.KillWhileStarting, FaultKind.KillWhileStarting);

    [Fact]
    public Task A_silo_that_stands_still_until_it_is_declared_dead_does_no_harm_when_it_wakes_up() =>
        PlayAsync(new() { Seed = Seed.Next() }, Recovery, FaultKind.PauseUntilDead);

    [Fact(Explicit = true)]
    public async Task A_silo_that_stands_still_for_a_moment_keeps_what_it_has()
    {
        await using var scene = await SetAsync(new() { Seed = Seed.Next(), DeathTimeout = TimeSpan.FromSeconds(10) });
        var storm = new Storm(scene);
        var gone = await scene.View.CountGoneAsync();
        for (var i = 0; i < 3; i++)
        {
            await scene.AdvanceAsync(2_000);
            await storm.StrikeAsync(FaultKind.PauseBriefly);
        }

        Assert.Equal(gone, await scene.View.CountGoneAsync());
        Assert.Equal(0, scene.EndedByThemselves);
        await scene.MustEndWellAsync();
    }

    [Fact]
    public Task A_redis_that_is_restarted_or_stands_still_loses_nothing() =>
        PlayAsync(new() { Seed = Seed.Next() }, Recovery, FaultKind.RestartRedis, FaultKind.PauseRedis);

    [Fact(Explicit = true)]
    public async Task A_redis_that_is_killed_and_away_for_half_a_minute_loses_nothing()
    {
        await using var scene = await SetAsync(new() { Seed = Seed.Next(), Rate = 500 });
        var storm = new Storm(scene);
        await scene.AdvanceAsync(2_000);
        var fault = await new FaultBox(scene).KillRedisAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(await storm.OvercomeAsync(fault), TimeSpan.Zero, Recovery);
        await scene.MustEndWellAsync();
    }

    [Fact]
    public async Task All_silos_killed_at_once_are_up_again_well_within_a_minute_with_the_same_cluster_id()
    {
        await using var scene = await SetAsync(new() { Seed = Seed.Next() });
        await scene.AdvanceAsync(5_000);
        var time = await new Storm(scene).StrikeAsync(FaultKind.KillAll);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(45));
        await scene.MustEndWellAsync();
    }

    [Fact]
    public async Task Silos_restarted_one_after_the_other_and_one_that_joins_lose_nothing_under_load()
    {
        await using var scene = await SetAsync(new() { Seed = Seed.Next(), Spare = 1 });
        var storm = new Storm(scene);
        await scene.AdvanceAsync(5_000);
        await storm.StrikeAsync(FaultKind.RollingRestart);

        var joined = scene.Site.Add();
        joined.Start();
        var since = Stopwatch.GetTimestamp();
        await Fact.AwaitAsync(() => joined.IsReadyAsync(Token), Patience, Token, () => Task.FromResult(joined.Log));
        await Fact.AwaitAsync(
            async () => (await joined.StatusAsync(Token)).GetProperty("ingested").GetProperty("files").GetInt64() > 2, Patience, Token, async () => (await joined.StatusAsync(Token)).ToString());
        scene.Say($"{joined} takes its share {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s after it was started.");
        await scene.MustEndWellAsync();
    }

    [Fact(Explicit = true)]
    public Task A_lake_whose_disk_is_full_for_a_while_loses_nothing() =>
        PlayAsync(new() { Seed = Seed.Next(), Lake = SceneLake.OwnDisk }, Recovery, FaultKind.FillLake, FaultKind.KillSilo, FaultKind.FillLake);

    [Fact]
    public Task S3_that_fails_or_is_slow_loses_nothing() =>
        PlayAsync(new() { Seed = Seed.Next(), Lake = SceneLake.S3 }, TimeSpan.FromMinutes(1), FaultKind.FailS3, FaultKind.SlowS3, FaultKind.FlakyS3, FaultKind.KillWriter);

    [Fact(Explicit = true)]
    public Task Silos_with_data_folders_of_their_own_lose_nothing() =>
        PlayAsync(new() { Seed = Seed.Next(), Lake = SceneLake.S3, OwnFolders = true }, TimeSpan.FromMinutes(1), FaultKind.KillSilo, FaultKind.KillWriter, FaultKind.FlakyS3, FaultKind.PauseUntilDead);

    [Fact]
    public Task Silos_that_do_not_reach_each_other_or_Redis_for_a_while_lose_nothing() =>
        PlayAsync(new() { Seed = Seed.Next(), Network = true }, TimeSpan.FromMinutes(1), FaultKind.Isolate, FaultKind.CutSilos, FaultKind.CutFromRedis);

    private async Task PlayAsync(SceneOptions options, TimeSpan recovery, params FaultKind[] faults)
    {
        await using var scene = await SetAsync(options);
        var storm = new Storm(scene);
        foreach (var kind in faults)
        {
            await scene.AdvanceAsync(scene.Random.Next(1_000, 5_000));
            Assert.InRange(await storm.StrikeAsync(kind), TimeSpan.Zero, recovery);
        }

        await scene.MustEndWellAsync();
    }

    private Task<ClusterScene> SetAsync(SceneOptions options) => ClusterScene.SetAsync(options, new FaultLog(output, isLive: false));
}
