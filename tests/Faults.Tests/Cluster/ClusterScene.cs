using System.Diagnostics;
using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Generator;
using CustomerTrack.Harness;
using CustomerTrack.RedisServer;
using CustomerTrack.S3Server;

namespace CustomerTrack.Faults;

/// <summary>A cluster of real processes with a real Redis, and a feed that comes while things go wrong.</summary>
internal sealed class ClusterScene : IAsyncDisposable
{
    private const string Customer = "customer";
    private const string Member = "member";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TestFolder _folder = new();
    private readonly List<IAsyncDisposable> _opened = [];
    private readonly FaultLog _log;
    private BucketCarrier? _carrier;
    private ClusterFeed? _feed;
    private bool _ended;

    private ClusterScene(SceneOptions options, FaultLog log)
    {
        Options = options;
        _log = log;
        Random = new(options.Seed);
    }

    public SceneOptions Options { get; }

    public Random Random { get; }

    public ClusterSite Site { get; private set; } = null!;

    public RedisProcess Redis { get; private set; } = null!;

    public RedisView View { get; private set; } = null!;

    public SiloNetwork? Network { get; private set; }

    public FaultyS3? S3 { get; private set; }

    public Tmpfs? LakeDisk { get; private set; }

    public Probes Probes { get; private set; } = null!;

    public ClusterFeed Feed => _feed ?? throw new InvalidOperationException("Nothing is fed yet.");

    /// <summary>Processes that ended although nobody had ended them.</summary>
    public int EndedByThemselves { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Why there can be no such scene here, as a sentence; null where there can.</summary>
    public static string? WhyNot(SceneOptions options) =>
        RedisProcess.WhyMissing
        ?? (options.Network ? SiloNetwork.WhyMissing : null)
        ?? (options.Lake == SceneLake.S3 ? TestStore.WhyMissing : null);

    /// <summary>Starts the cluster and the feed. Skips the test where that cannot be.</summary>
    public static async Task<ClusterScene> SetAsync(SceneOptions options, FaultLog log)
    {
        Assert.SkipWhen(WhyNot(options) is not null, WhyNot(options) ?? "");
        log.Say($"TEST_SEED={options.Seed}");
        var scene = new ClusterScene(options, log);
        try
        {
            await scene.OpenAsync();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until so many more rows came.</summary>
    public Task AdvanceAsync(long rows) => Feed.ReachAsync(Feed.Rows + rows, Patience, Token);

    public void Say(string text) => _log.Say(text);

    /// <summary>Starts every silo that ended, and waits until all of them are ready.</summary>
    public async Task ReviveAsync()
    {
        var ready = new HashSet<ClusterSilo>();
        await Fact.AwaitAsync(
            async () =>
            {
                foreach (var silo in Site.Silos.Where(silo => !silo.IsRunning))
                {
                    MustNotBeOvergrown(silo);
                    ready.Remove(silo);
                    silo.Start();
                }

                foreach (var silo in Site.Silos.Where(silo => !ready.Contains(silo)))
                {
                    if (await silo.IsReadyAsync(Token))
                    {
                        ready.Add(silo);
                    }
                }

                return ready.Count == Site.Silos.Count;
            },
            Patience,
            Token,
            async () => $"Not ready: {string.Join(", ", Site.Silos.Except(ready))}\n{await Site.DescribeAsync(Token)}");
    }

    /// <summary>Counts and tells silos that ended by themselves.</summary>
    /// <param name="victims">The silos that were ended.</param>
    public void NoteEnded(params IEnumerable<ClusterSilo?> victims)
    {
        foreach (var silo in Site.Silos.Where(silo => !silo.IsRunning && !victims.Contains(silo)))
        {
            EndedByThemselves++;
            Say($"{silo} ended by itself.");
        }
    }

    /// <summary>
    /// The end of every scenario: the feed ends, the cluster comes to rest, verify agrees, both tables of each dimension are what the answer key says, and
    /// nothing is left in landing, claims or the register. Then the silos stop in order.
    /// </summary>
    /// <returns>How many rows there were.</returns>
    public async Task<long> MustEndWellAsync()
    {
        var answers = await Feed.FinishAsync();
        _ended = true;
        var rows = answers.Sum(answer => answer.Counts.Rows);
        Say($"{rows} rows in {answers.Sum(answer => answer.Counts.Files)} files were fed.");
        await ReviveAsync();
        await QuietAsync();
        var verifier = Any(Site.Silos);
        await verifier.VerifyAsync(Token);
        await verifier.RunVerifyAsync(Token);
        for (var i = 0; i < answers.Count; i++)
        {
            await answers[i].WriteAsync(_folder.In("answer"), Token);
        }

        await Probes.WriteAnswerAsync(_folder.In("answer"), Token);
        foreach (var dimension in Site.Dimensions)
        {
            await CompareAsync(dimension, Any(Site.Silos));
        }

        foreach (var silo in Site.Silos)
        {
            MustNotBeOvergrown(silo);

            // A reason that cannot be sent reaches the other silo as this one.
            Assert.DoesNotContain("Could not find a codec", silo.WholeLog);
        }

        await Task.WhenAll(Site.Silos.Select(silo => silo.StopAsync(Options.DrainTimeout + TimeSpan.FromSeconds(20), Token)));
        Assert.Empty(await UnfinishedAsync());
        Assert.Equal(0, await View.CountOpenFilesAsync());
        Say($"All right. Peak resident: {string.Join(", ", Site.Silos.Select(silo => $"{silo.PeakResidentBytes >> 20} MiB"))}.");
        return rows;
    }

    /// <summary>Versions in the histories of all dimensions, as they were compared at the end.</summary>
    public long Versions { get; private set; }

    /// <summary>One of several, by the scene's dice.</summary>
    public T Any<T>(IReadOnlyList<T> several) => several[Random.Next(several.Count)];

    public async ValueTask DisposeAsync()
    {
        if (_feed is not null && !_ended)
        {
            await _feed.FinishAsync();
        }

        if (Environment.GetEnvironmentVariable("FAULT_LOGS") is { Length: > 0 } kept && Site is not null)
        {
            Keep(kept);
        }

        _opened.Reverse();
        foreach (var opened in _opened)
        {
            await opened.DisposeAsync();
        }

        LakeDisk?.Dispose();
        Network?.Dispose();
        _folder.Dispose();
    }

    private async Task OpenAsync()
    {
        if (Options.Network)
        {
            Network = SiloNetwork.Create(Options.Silos + Options.Spare);
        }

        // Reached from outside this machine's loopback, it would ask for a password.
        Redis = await RedisProcess.StartAsync(
            _folder.In("redis"),
            Network is null ? null : new Dictionary<string, string> { ["bind"] = Network.Hub.ToString(), ["protected-mode"] = "no" },
            Token);
        _opened.Add(Redis);
        var connection = Network is null ? Redis.Connection : string.Create(CultureInfo.InvariantCulture, $"{Network.Hub}:{Redis.Port}");
        View = await RedisView.ConnectAsync(connection);
        _opened.Add(View);

        var definitions = _folder.In("dimensions");
        Site = new(
            _folder.In("data"),
            [
                Definitions.Write(definitions, Customer),
                Definitions.Write(definitions, Member, ordinal: true, keepMissing: true, modes: new Dictionary<string, HistoryMode> { ["email"] = HistoryMode.Latest, ["country"] = HistoryMode.Overwrite }),
                Definitions.Write(definitions, Probes.Dimension),
            ],
            Options.Silos,
            connection,
            Network,
            Options.OwnFolders);
        _opened.Add(Site);
        Site.Environment["CUSTOMERTRACK_Cluster__DeathTimeout"] = Options.DeathTimeout.ToString("c", CultureInfo.InvariantCulture);
        Site.Environment["CUSTOMERTRACK_Cluster__DrainTimeout"] = Options.DrainTimeout.ToString("c", CultureInfo.InvariantCulture);
        await OpenLakeAsync();
        Probes = new(Site);

        var started = Stopwatch.GetTimestamp();
        await Site.StartAsync(Token);
        await ReviveAsync();
        _feed = ClusterFeed.Start(
            [
                (Site.Dimensions[0], Disorder(FeedFormat.Csv), Site.Landing(Customer)),
                (Site.Dimensions[1], Disorder(FeedFormat.Ndjson), Site.Landing(Member)),
            ],
            Token);
        var first = await Probes.LandAndAwaitAsync(Stopwatch.GetTimestamp(), Patience, Token);
        Say(string.Create(CultureInfo.InvariantCulture, $"{Options.Silos} silos are up after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s; rows are queryable {first.TotalSeconds:F1} s after they landed."));
    }

    private async Task OpenLakeAsync()
    {
        switch (Options.Lake)
        {
            case SceneLake.OwnDisk:
                LakeDisk = Tmpfs.MountOrSkip(Path.Combine(Site.Data, "lake"), 512);
                break;
            case SceneLake.S3:
                var store = await TestStore.SharedAsync();
                Assert.SkipUnless(store.IsOwn, "Faults are injected before a store of our own only.");
                var bucket = await store.NewBucketAsync(Token);
                _opened.Insert(0, bucket);
                S3 = await FaultyS3.StartAsync(store.Endpoint!);
                _opened.Insert(1, S3);
                foreach (var (name, value) in bucket.Environment(landing: Options.OwnFolders, through: S3))
                {
                    Site.Environment[name] = value;
                }

                if (Options.OwnFolders)
                {
                    _carrier = new(Site, bucket);
                    _opened.Add(_carrier);
                }

                break;
            default:
                break;
        }
    }

    // Ties inside files, late and doubled rows, deletes, rows nobody can read; a file every quarter of a second.
    private GeneratorOptions Disorder(FeedFormat format) => new()
    {
        Seed = Options.Seed + (int)format, Customers = Options.Customers, Rows = 0, Rate = Options.Rate, Interval = TimeSpan.FromMilliseconds(250), Format = format,
        LateShare = 0.1, DuplicateShare = 0.05, DirtyShare = 0.005, TieShare = 0.05, DeleteShare = 0.04, PartialShare = format == FeedFormat.Ndjson ? 0.2 : 0,
    };

    private async Task QuietAsync()
    {
        var seen = "";
        await Fact.AwaitAsync(
            async () =>
            {
                if (await UnfinishedAsync() is { Count: > 0 } unfinished)
                {
                    seen = $"{unfinished.Count} files are not finished: {string.Join(", ", unfinished.Take(8))}.";
                    return false;
                }

                if (await View.CountOpenFilesAsync() is > 0 and var open)
                {
                    seen = $"{open} files are open in the register.";
                    return false;
                }

                foreach (var silo in Site.Silos)
                {
                    try
                    {
                        var status = await silo.StatusAsync(Token);
                        seen = $"{silo}: {status}";
                        if (status.GetProperty("waitingObjects").GetInt32() != 0 || status.GetProperty("openFiles").GetInt32() != 0)
                        {
                            return false;
                        }
                    }
                    catch (HttpRequestException failure)
                    {
                        seen = failure.Message;
                        return false;
                    }
                }

                return true;
            },
            Patience,
            Token,
            async () => $"{seen}\n{await Site.DescribeAsync(Token)}");
    }

    private async Task<IReadOnlyList<string>> UnfinishedAsync() =>
        [.. Site.Unfinished, .. _carrier is null ? [] : await _carrier.UnfinishedAsync(Token)];

    private async Task CompareAsync(DimensionDefinition dimension, ClusterSilo silo)
    {
        const string Time = "%Y-%m-%dT%H:%M:%S.%fZ";
        var columns = string.Join(", ", dimension.Key.Select(key => key.Name).Concat(dimension.Columns.Select(column => column.Name)));
        var current = await silo.QueryAsync($"SELECT {columns}, strftime(valid_from, '{Time}') FROM {dimension.Name}", Token);
        var history = await silo.QueryAsync($"SELECT {columns}, strftime(valid_from, '{Time}'), strftime(valid_to, '{Time}') FROM {dimension.Name}_history", Token);
        await AnswerCheck.MustHoldAsync(dimension.Name, _folder.In("answer"), current, history, Token);
        Versions += history.Count;
    }

    private static void MustNotBeOvergrown(ClusterSilo silo) => Assert.True(silo.Overgrown is null, silo.Overgrown);

    private void Keep(string folder)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seed-{Options.Seed}"))).FullName;
        foreach (var silo in Site.Silos)
        {
            File.WriteAllText(Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"silo-{silo.Number}.log")), silo.WholeLog);
        }

        File.WriteAllText(Path.Combine(place, "redis.log"), Redis.Log);
    }
}
