using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CustomerTrack.Generator;
using CustomerTrack.Harness;
using CustomerTrack.S3Server;
using CustomerTrack.SnowflakeEmulator;

namespace CustomerTrack.Snowflake;

/// <summary>Generator, silo, S3, Snowpipe, merge: the whole path to Snowflake's tables, held against the answer key.</summary>
public sealed class PathTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const double ClockSpeed = 20;

    private readonly TestFolder _folder = new();
    private TestBucket? _bucket;
    private TestAccount? _account;
    private Site? _site;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestBucket Bucket => _bucket!;

    private TestAccount Account => _account!;

    private Site Site => _site!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestStore.WhyMissing is not null, TestStore.WhyMissing ?? "");
        var store = await TestStore.SharedAsync();
        _bucket = await store.NewBucketAsync(Token);
        _account = await TestAccount.StartAsync(store, ClockSpeed, Token);
        _site = new Site(_folder.In("data"), Definitions.Write(_folder.Path, pii: ["first_name", "last_name", "email", "street"]));
        foreach (var (name, value) in Bucket.Environment())
        {
            Site.Environment[name] = value;
        }

        Site.Environment["CUSTOMERTRACK_Snowflake__Enabled"] = "true";
        Site.Environment["CUSTOMERTRACK_Snowflake__NotifyInterval"] = "00:00:00.100";
        Site.Environment["CUSTOMERTRACK_Snowflake__ConfirmInterval"] = TestAccount.IsReal ? "00:00:10" : "00:00:00.500";
    }

    public async ValueTask DisposeAsync()
    {
        if (_account is not null)
        {
            await _account.DisposeAsync();
        }

        if (_bucket is not null)
        {
            await _bucket.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task The_tables_in_Snowflake_equal_the_answer_key()
    {
        await Account.ApplyAsync(Site, Token);
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");

        await using var service = await Site.ServeAsync(Token);
        var answers = _folder.In("answer");
        await FeedRun.RunAsync(Feeds.Disorderly(seed), Site.Dimension, Site.Landing, answers, progress: null, TimeProvider.System, Token);
        await service.DrainAsync(TestAccount.Patience, Token);
        await service.DeliveredAsync(TestAccount.Patience, Token);

        await Account.MustHoldAsync(Site.Dimension, answers, fresh: false, Token);
        await Account.MustHoldAsync(Site.Dimension, answers, fresh: true, Token);
        (await Site.RunAsync(Token, "verify", "--snowflake")).Must();
        Assert.Contains("customer,snowflake,up to date,0,", (await Site.RunAsync(Token, "status", "--format", "csv")).Must().Out, StringComparison.Ordinal);
        var delivery = await service.DeliveryAsync(Token);
        Assert.Equal(0, delivery.GetProperty("redeliveredObjects").GetInt32());
        Assert.NotEqual(0, delivery.GetProperty("shards").GetArrayLength());
        var newest = (await Site.QueryAsync("SELECT max(recorded_at) FROM customer_history", Token))[0];
        Assert.Equal(DateTimeOffset.Parse(newest, CultureInfo.InvariantCulture), delivery.GetProperty("newestRecordedAt").GetDateTimeOffset());
        await service.StopAsync(Token);
    }

    [Fact]
    public async Task Applying_again_changes_nothing_and_the_tables_go_on()
    {
        await Account.ApplyAsync(Site, Token);
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        var answers = _folder.In("answer");
        await using var service = await Site.ServeAsync(Token);
        var feed = FeedRun.RunAsync(Feeds.Disorderly(seed, rows: 5_000, customers: 500), Site.Dimension, Site.Landing, answers, progress: null, TimeProvider.System, Token);

        var again = await Account.ApplyAsync(Site, Token);
        Assert.DoesNotContain("created", again.Out, StringComparison.Ordinal);
        await feed;

        await service.DrainAsync(TestAccount.Patience, Token);
        await service.DeliveredAsync(TestAccount.Patience, Token);
        await Account.MustHoldAsync(Site.Dimension, answers, fresh: false, Token);
        await service.StopAsync(Token);
    }

    [Fact]
    public async Task With_everything_going_wrong_at_once_and_the_silo_killed_in_between_the_tables_still_equal_the_answer_key()
    {
        Assert.SkipWhen(TestAccount.IsReal, "A real account cannot be told to behave badly.");
        const int Kills = 6;
        await Account.ApplyAsync(Site, Token);
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        var random = new Random(seed);
        Site.Environment["CUSTOMERTRACK_Snowflake__RedeliverAfter"] = "00:00:02";

        // Many small objects: each is a chance for something to go wrong.
        Site.Environment["CUSTOMERTRACK_Ingest__BatchRows"] = "400";
        Site.Environment["CUSTOMERTRACK_Emit__MaxRowsPerObject"] = "300";
        Site.Environment["CUSTOMERTRACK_Emit__MaxObjectAge"] = "00:00:00.020";
        await using var proxy = await FaultyS3.StartAsync((await TestStore.SharedAsync()).Endpoint!);
        proxy.Plan = FaultyS3.Chance(seed, share: 0.05);
        Site.Environment["CUSTOMERTRACK_S3__Endpoint"] = proxy.Endpoint.ToString();
        await Account.BehaveAsync(Everything(seed), Token);

        var answers = _folder.In("answer");
        var options = Feeds.Disorderly(seed, rows: 40_000, customers: 3_000);
        options.Rate = 2_500;
        options.Interval = TimeSpan.FromMilliseconds(250);
        options.RowsPerFile = 1_000;
        var feed = FeedRun.RunAsync(options, Site.Dimension, Site.Landing, answers, progress: null, TimeProvider.System, Token);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var victim = await Site.ServeAsync(Token);

            // Not a wait for anything: the random moment is what is tested.
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 3), Token);
            Assert.False(victim.Process.HasExited, victim.Process.Error);
            await victim.Process.KillAsync();
        }

        await feed;
        await using var service = await Site.ServeAsync(Token);
        await service.DrainAsync(TestAccount.Patience, Token);
        await service.DeliveredAsync(TestAccount.Patience, Token);
        var state = await Account.StateAsync(Token);
        output.WriteLine(state.ToString());
        var counters = state.GetProperty("counters").EnumerateObject().ToDictionary(counter => counter.Name, counter => counter.Value.GetInt64());
        Assert.All(
            ["files.failed", "faults.splitLoads", "faults.lateLoads", "faults.lostNotifications", "faults.doubledNotifications", "faults.loadedTwice", "faults.taskFailures", "faults.lostAnswers", "faults.unavailable"],
            fault => Assert.NotEqual(0, counters.GetValueOrDefault(fault)));

        await Account.BehaveAsync(new(), Token);
        await Account.MustHoldAsync(Site.Dimension, answers, fresh: false, Token);
        await Account.MustHoldAsync(Site.Dimension, answers, fresh: true, Token);
        (await Site.RunAsync(Token, "verify", "--snowflake")).Must();
        await service.StopAsync(Token);
    }

    [Fact]
    public async Task Objects_that_the_buckets_events_announce_arrive_too_even_when_events_are_lost_and_loads_fail()
    {
        Site.Environment["CUSTOMERTRACK_Snowflake__Notification"] = "AutoIngest";
        Assert.SkipWhen(TestAccount.IsReal, "The events of a real bucket have to be configured by hand.");
        Site.Environment["CUSTOMERTRACK_Snowflake__RedeliverAfter"] = "00:00:02";
        Site.Environment["CUSTOMERTRACK_Ingest__BatchRows"] = "200";
        Site.Environment["CUSTOMERTRACK_Emit__MaxRowsPerObject"] = "200";
        Site.Environment["CUSTOMERTRACK_Emit__MaxObjectAge"] = "00:00:00.020";
        await Account.ApplyAsync(Site, Token);
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        await Account.BehaveAsync(new() { Seed = seed, LostNotifications = 0.3, FailedLoads = 0.3, SplitLoads = 0.3, ShuffleLoads = true }, Token);

        var answers = _folder.In("answer");
        await using var service = await Site.ServeAsync(Token);
        await FeedRun.RunAsync(Feeds.Disorderly(seed, rows: 5_000, customers: 500), Site.Dimension, Site.Landing, answers, progress: null, TimeProvider.System, Token);
        await service.DrainAsync(TestAccount.Patience, Token);
        await Fact.AwaitAsync(
            async () => (await Account.StateAsync(Token)).GetProperty("counters") is var counters
                && counters.TryGetProperty("faults.lostNotifications", out _) && counters.TryGetProperty("files.failed", out _)
                && (await service.DeliveryAsync(Token)).GetProperty("redeliveredObjects").GetInt32() > 0,
            TestAccount.Patience,
            Token,
            async () => (await Account.StateAsync(Token)).ToString());

        // An object that fails again and again is written again ever more seldom: longer than a test may wait.
        await Account.BehaveAsync(new() { Seed = seed, SplitLoads = 0.3, ShuffleLoads = true }, Token);
        await service.DeliveredAsync(TestAccount.Patience, Token);

        await Account.MustHoldAsync(Site.Dimension, answers, fresh: false, Token);
        await service.StopAsync(Token);
    }

    [Fact]
    public async Task Before_apply_has_run_nothing_is_delivered_and_the_status_says_what_to_do()
    {
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        Account.Use(Site);
        var answers = _folder.In("answer");
        await using var service = await Site.ServeAsync(Token);
        await FeedRun.RunAsync(Feeds.Disorderly(seed, rows: 2_000, customers: 200), Site.Dimension, Site.Landing, answers, progress: null, TimeProvider.System, Token);
        await service.DrainAsync(TestAccount.Patience, Token);
        await Fact.AwaitAsync(
            async () => (await service.DeliveryAsync(Token)).GetProperty("lastError").GetString()?.Contains("snowflake apply", StringComparison.Ordinal) == true,
            TestAccount.Patience,
            Token,
            async () => (await service.DeliveryAsync(Token)).ToString());

        await Account.ApplyAsync(Site, Token);
        await service.DeliveredAsync(TestAccount.Patience, Token);
        await Account.MustHoldAsync(Site.Dimension, answers, fresh: false, Token);
        await service.StopAsync(Token);
    }

    [Fact]
    public async Task Tables_that_were_torn_down_and_made_again_are_filled_from_the_lake()
    {
        await Account.ApplyAsync(Site, Token);
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        var answers = _folder.In("answer");
        await using (var service = await Site.ServeAsync(Token))
        {
            await FeedRun.RunAsync(Feeds.Disorderly(seed, rows: 5_000, customers: 500), Site.Dimension, Site.Landing, answers, progress: null, TimeProvider.System, Token);
            await service.DrainAsync(TestAccount.Patience, Token);
            await service.DeliveredAsync(TestAccount.Patience, Token);
            await service.StopAsync(Token);
        }

        // A restart notes what is there; the note must not be believed of other tables.
        await using (var service = await Site.ServeAsync(Token))
        {
            await service.DeliveredAsync(TestAccount.Patience, Token);
            await service.StopAsync(Token);
        }

        Assert.Contains(await Bucket.KeysAsync(Token), key => key.EndsWith("_delivery/customer.json", StringComparison.Ordinal));
        await Account.TearDownAsync(Site, Token);
        await Account.ApplyAsync(Site, Token);
        await using (var service = await Site.ServeAsync(Token))
        {
            await service.DeliveredAsync(TestAccount.Patience, Token);
            await Account.MustHoldAsync(Site.Dimension, answers, fresh: false, Token);
            await service.StopAsync(Token);
        }
    }

    [Fact]
    public async Task While_Snowflake_is_away_the_feed_goes_on_and_the_status_says_so()
    {
        Assert.SkipWhen(TestAccount.IsReal, "A real account cannot be told to go away.");
        await Account.ApplyAsync(Site, Token);
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        await Account.BehaveAsync(new() { AwaySeconds = 3_600 }, Token);

        var answers = _folder.In("answer");
        await using var service = await Site.ServeAsync(Token);
        await FeedRun.RunAsync(Feeds.Disorderly(seed, rows: 5_000, customers: 500), Site.Dimension, Site.Landing, answers, progress: null, TimeProvider.System, Token);
        await service.DrainAsync(TestAccount.Patience, Token);
        await AnswerCheck.MustHoldAsync(Site, answers, Token);
        await Fact.AwaitAsync(async () => (await service.DeliveryAsync(Token)).GetProperty("state").GetString() == "Away", TestAccount.Patience, Token);
        Assert.NotEqual(JsonValueKind.Null, (await service.DeliveryAsync(Token)).GetProperty("lastError").ValueKind);

        await Account.BehaveAsync(new(), Token);
        await service.DeliveredAsync(TestAccount.Patience, Token);
        await Account.MustHoldAsync(Site.Dimension, answers, fresh: false, Token);
        await service.StopAsync(Token);
    }

    [Fact]
    public async Task An_idle_pipeline_costs_nothing()
    {
        Assert.SkipWhen(TestAccount.IsReal, "A real account does not tell its costs in time.");
        await Account.ApplyAsync(Site, Token);
        await using var service = await Site.ServeAsync(Token);
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        await FeedRun.RunAsync(Feeds.Disorderly(seed, rows: 2_000, customers: 200), Site.Dimension, Site.Landing, _folder.In("answer"), progress: null, TimeProvider.System, Token);
        await service.DrainAsync(TestAccount.Patience, Token);
        await service.DeliveredAsync(TestAccount.Patience, Token);

        // Ten intervals of questions and merges pass, and nothing is asked and nothing runs in any of them.
        var before = Counters(await Account.StateAsync(Token));
        await Fact.AwaitAsync(async () => Counters(await Account.StateAsync(Token)) == before, TimeSpan.FromSeconds(30), Token);
        var rest = Stopwatch.StartNew();
        await Fact.AwaitAsync(() => rest.Elapsed > TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), Token);
        Assert.Equal(before, Counters(await Account.StateAsync(Token)));
        await service.StopAsync(Token);
    }

    private static string Counters(JsonElement state) => state.GetProperty("counters").ToString();

    private static FaultOptions Everything(int seed) => new()
    {
        Seed = seed,
        ShuffleLoads = true,
        SplitLoads = 0.3,
        LateLoads = 0.15,
        LateSeconds = 1,
        FailedLoads = 0.12,
        LostNotifications = 0.12,
        DoubledNotifications = 0.15,
        LoadedTwice = 0.1,
        Unauthorized = 0.03,
        NotFound = 0.03,
        TooManyRequests = 0.05,
        Unavailable = 0.05,
        LostAnswers = 0.05,
        SlowAnswers = 0.1,
        SlowSeconds = 0.2,
        Accepted = 0.2,
        TaskFailures = 0.15,
        ReportDuplicates = 0.3,
        SpuriousStreamData = 0.1,
        NoRetryOfFailedTasks = true,
    };
}
