using System.Diagnostics;
using System.Globalization;
using CustomerTrack.Harness;
using CustomerTrack.S3Server;

namespace CustomerTrack.Faults;

/// <summary>Lets things go wrong in a scene. How far a fault goes is said in rows that come meanwhile or facts that are seen, except where standing still is the fault.</summary>
internal sealed class FaultBox(ClusterScene scene)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Random Random => scene.Random;

    private int Rate => (int)scene.Options.Rate * 2;

    /// <summary>The kinds that can happen in a scene of this kind.</summary>
    public static IReadOnlyList<FaultKind> KindsFor(SceneOptions options) =>
    [
        FaultKind.KillSilo, FaultKind.KillWriter, FaultKind.KillTwice, FaultKind.KillWhileStarting, FaultKind.KillAll, FaultKind.PauseBriefly, FaultKind.PauseUntilDead,
        FaultKind.RollingRestart, FaultKind.RestartRedis, FaultKind.KillRedis, FaultKind.PauseRedis,
        .. options.Lake == SceneLake.OwnDisk ? [FaultKind.FillLake] : (FaultKind[])[],
        .. options.Lake == SceneLake.S3 ? [FaultKind.FailS3, FaultKind.SlowS3, FaultKind.FlakyS3] : (FaultKind[])[],
        .. options.Network ? [FaultKind.CutSilos, FaultKind.CutFromRedis, FaultKind.Isolate] : (FaultKind[])[],
    ];

    /// <summary>Does it. Silos that it ended are not started again, except where that is the fault.</summary>
    public async Task<Fault> InflictAsync(FaultKind kind)
    {
        switch (kind)
        {
            case FaultKind.KillSilo:
                return await KillAsync(kind, scene.Any(scene.Site.Running));
            case FaultKind.KillWriter:
                return await KillAsync(kind, await WriterAsync());
            case FaultKind.KillTwice:
                return await KillTwiceAsync();
            case FaultKind.KillWhileStarting:
                return await KillWhileStartingAsync();
            case FaultKind.KillAll:
                return await KillAllAsync();
            case FaultKind.PauseBriefly:
                return await PauseBrieflyAsync();
            case FaultKind.PauseUntilDead:
                return await UntilDeadAsync(kind, "stood still", silo => silo.Pause(), silo => silo.Continue());
            case FaultKind.RollingRestart:
                return await RollAsync();
            case FaultKind.RestartRedis:
                await scene.Redis.StopAsync();
                await scene.Redis.StartAgainAsync(Token);
                return new(kind, "Redis was restarted", Stopwatch.GetTimestamp());
            case FaultKind.KillRedis:
                return await KillRedisAsync(TimeSpan.FromSeconds(0.5 + (3 * Random.NextDouble())));
            case FaultKind.PauseRedis:
                return await PauseRedisAsync();
            case FaultKind.FillLake:
                return await FillLakeAsync();
            case FaultKind.FailS3:
                return await MistreatS3Async(kind, "refused everything", 12, _ => Random.Shared.Next(2) == 0 ? S3Fault.SlowDown : new S3Fault.BreakBefore());
            case FaultKind.SlowS3:
                return await MistreatS3Async(kind, "was slow", 40, _ => new S3Fault.Delay(TimeSpan.FromSeconds(2 * Random.Shared.NextDouble())));
            case FaultKind.FlakyS3:
                return await MistreatS3Async(kind, "was flaky", 80, FaultyS3.Chance(Random.Next(), 0.25));
            case FaultKind.CutSilos:
                return await CutSilosAsync();
            case FaultKind.CutFromRedis:
                return await CutFromRedisAsync();
            case FaultKind.Isolate:
                return await UntilDeadAsync(kind, "was isolated", silo => SiloNetwork.Isolate(silo.Network!), silo => SiloNetwork.Heal(silo.Network!));
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such fault.");
        }
    }

    /// <summary>Redis is killed and away for a time, during which files land.</summary>
    public async Task<Fault> KillRedisAsync(TimeSpan away)
    {
        await scene.Redis.KillAsync();
        await scene.AdvanceAsync((long)(away.TotalSeconds * Rate));
        await scene.Redis.StartAgainAsync(Token);
        return new(FaultKind.KillRedis, string.Create(CultureInfo.InvariantCulture, $"Redis was killed and away for about {away.TotalSeconds:F1} s"), Stopwatch.GetTimestamp());
    }

    /// <summary>The silo that has the warehouse's file open.</summary>
    public async Task<ClusterSilo> WriterAsync()
    {
        ClusterSilo? writer = null;
        await Fact.AwaitAsync(
            () => (writer = scene.Site.Running.FirstOrDefault(silo => silo.HasWarehouse)) is not null,
            Patience,
            Token,
            () => Task.FromResult(scene.Site.Logs));
        return writer!;
    }

    /// <summary>A silo at once.</summary>
    public static async Task<Fault> KillAsync(FaultKind kind, ClusterSilo silo)
    {
        var wrote = silo.HasWarehouse;
        var since = Stopwatch.GetTimestamp();
        await silo.KillAsync();
        return new(kind, $"{silo}{(wrote ? ", the writer," : "")} was killed", since, silo);
    }

    private async Task<Fault> KillTwiceAsync()
    {
        var silo = scene.Any(scene.Site.Running);
        await silo.KillAsync();
        silo.Start();
        await silo.UpAsync(Token);
        var since = Stopwatch.GetTimestamp();
        await silo.KillAsync();
        return new(FaultKind.KillTwice, $"{silo} was killed, and again as soon as it was up", since, silo);
    }

    private async Task<Fault> KillWhileStartingAsync()
    {
        var silo = scene.Any(scene.Site.Running);
        await silo.KillAsync();
        silo.Start();

        // Not a wait for anything: the random moment is what is tested.
        var moment = TimeSpan.FromSeconds(3 * Random.NextDouble());
        await Task.Delay(moment, Token);
        var since = Stopwatch.GetTimestamp();
        await silo.KillAsync();
        return new(FaultKind.KillWhileStarting, string.Create(CultureInfo.InvariantCulture, $"{silo} was killed, and again {moment.TotalSeconds:F1} s after it was started"), since, silo);
    }

    private async Task<Fault> KillAllAsync()
    {
        var since = Stopwatch.GetTimestamp();
        await Task.WhenAll(scene.Site.Silos.Where(silo => silo.IsRunning).Select(silo => silo.KillAsync()));
        await scene.Site.StartAsync(Token);
        return new(FaultKind.KillAll, "every silo was killed and started again", since);
    }

    private async Task<Fault> PauseBrieflyAsync()
    {
        var silo = scene.Any(scene.Site.Running);
        var time = scene.Options.DeathTimeout * (0.1 + (0.3 * Random.NextDouble()));
        silo.Pause();
        await Task.Delay(time, Token);
        silo.Continue();
        return new(FaultKind.PauseBriefly, string.Create(CultureInfo.InvariantCulture, $"{silo} stood still for {time.TotalSeconds:F1} s"), Stopwatch.GetTimestamp());
    }

    private async Task<Fault> UntilDeadAsync(FaultKind kind, string told, Action<ClusterSilo> begin, Action<ClusterSilo> end)
    {
        var silo = scene.Any(scene.Site.Running);
        var wrote = silo.HasWarehouse;
        var since = Stopwatch.GetTimestamp();
        begin(silo);
        await Fact.AwaitAsync(() => scene.View.IsGoneAsync(silo), Patience, Token, () => Task.FromResult($"{silo} {told}.\n{scene.Site.Logs}"));
        var declared = Stopwatch.GetElapsedTime(since);

        // Time enough for others to take over what it had, or hardly any.
        await scene.AdvanceAsync(Random.Next(2 * Rate));
        end(silo);
        await Fact.AwaitAsync(() => !silo.IsRunning, Patience, Token, () => Task.FromResult($"{silo} was declared dead and goes on.\n{silo.Log}"));
        return new(kind, string.Create(CultureInfo.InvariantCulture, $"{silo}{(wrote ? ", the writer," : "")} {told}, was declared dead after {declared.TotalSeconds:F1} s, came back and ended"), since, silo);
    }

    private async Task<Fault> RollAsync()
    {
        var longest = TimeSpan.Zero;
        var since = 0L;
        foreach (var silo in scene.Site.Silos.Where(silo => silo.IsRunning).ToList())
        {
            since = Stopwatch.GetTimestamp();
            await silo.StopAsync(scene.Options.DrainTimeout + TimeSpan.FromSeconds(20), Token);
            var time = Stopwatch.GetElapsedTime(since);
            longest = time > longest ? time : longest;
            Assert.True(time < scene.Options.DrainTimeout, $"{silo} took {time} to stop.\n{silo.Log}");
            silo.Start();
            await Fact.AwaitAsync(() => silo.IsReadyAsync(Token), Patience, Token, () => Task.FromResult(silo.Log));
        }

        return new(FaultKind.RollingRestart, string.Create(CultureInfo.InvariantCulture, $"one silo after the other was restarted; the slowest took {longest.TotalSeconds:F1} s to stop"), since);
    }

    private async Task<Fault> PauseRedisAsync()
    {
        var time = TimeSpan.FromSeconds(0.5 + (6 * Random.NextDouble()));
        scene.Redis.Pause();
        await Task.Delay(time, Token);
        scene.Redis.Resume();
        return new(FaultKind.PauseRedis, string.Create(CultureInfo.InvariantCulture, $"Redis stood still for {time.TotalSeconds:F1} s"), Stopwatch.GetTimestamp());
    }

    private async Task<Fault> FillLakeAsync()
    {
        var ballast = scene.LakeDisk!.Fill();
        await scene.AdvanceAsync(Random.Next(Rate, 3 * Rate));
        File.Delete(ballast);
        return new(FaultKind.FillLake, "the lake's disk was full", Stopwatch.GetTimestamp());
    }

    private async Task<Fault> MistreatS3Async(FaultKind kind, string told, int requests, Func<S3Request, S3Fault?> plan)
    {
        var s3 = scene.S3!;
        var before = s3.Requests.Count;
        s3.Plan = plan;
        await Fact.AwaitAsync(() => s3.Requests.Count >= before + requests, Patience, Token, () => Task.FromResult($"{s3.Requests.Count - before} requests came.\n{scene.Site.Logs}"));
        s3.Plan = static _ => null;
        return new(kind, $"S3 {told} for {s3.Requests.Count - before} requests", Stopwatch.GetTimestamp());
    }

    private async Task<Fault> CutSilosAsync()
    {
        var running = scene.Site.Running;
        var one = scene.Any(running);
        var other = scene.Any([.. running.Where(silo => silo != one)]);
        SiloNetwork.Cut(one.Network!, other.Network!);
        await scene.AdvanceAsync(Random.Next(Rate / 2, (int)(2 * scene.Options.DeathTimeout.TotalSeconds * Rate)));
        SiloNetwork.Heal(one.Network!);
        return new(FaultKind.CutSilos, $"{one} and {other} did not reach each other", Stopwatch.GetTimestamp());
    }

    private async Task<Fault> CutFromRedisAsync()
    {
        var silo = scene.Any(scene.Site.Running);
        scene.Network!.CutFromHub(silo.Network!);
        await scene.AdvanceAsync(Random.Next(Rate / 2, (int)(2 * scene.Options.DeathTimeout.TotalSeconds * Rate)));
        SiloNetwork.Heal(silo.Network!);
        return new(FaultKind.CutFromRedis, $"{silo} did not reach Redis", Stopwatch.GetTimestamp());
    }
}
