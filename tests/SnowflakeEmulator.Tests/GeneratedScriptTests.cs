using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The scripts of the shipped dimensions, from the first role to rows in both tables.</summary>
public sealed class GeneratedScriptTests
{
    [Fact]
    public async Task Applying_twice_changes_nothing_the_second_time()
    {
        await using var delivered = await Delivered.StartAsync();
        await delivered.AnnounceAsync(await delivered.PutAsync(1, 0, 10, revision: 1));
        await delivered.IdleAsync();
        var catalog = delivered.Emulated.Host.Account.Catalog;
        List<string> Stateful() => [.. catalog.All.Where(item => item is not (ViewObject or ProcedureObject)).Select(item => $"{item.Word} {item.Name} {item.Id} {item.Owner}").Order(StringComparer.Ordinal)];
        List<string> Grants() => [.. catalog.All.SelectMany(item => item.Grants.Select(grant => $"{grant.Privilege} {item.Word} {item.Name} {grant.Role}")).Order(StringComparer.Ordinal)];
        var (objects, grants) = (Stateful(), Grants());

        await delivered.ApplyAsync();

        Assert.Equal(objects, Stateful());
        Assert.Equal(grants, Grants());
        Assert.Equal("10", await delivered.CountAsync("CUSTOMER"));
        Assert.True(catalog.Of<TaskObject>().All(task => task.Started));
        Assert.Equal(200, (await delivered.AnnounceAsync("date=2026-01-31/000001-10.parquet")).Status);
        var state = await delivered.IdleAsync();
        Assert.Equal(1, Emulated.Counter(state, "files.loaded"));
        Assert.Equal(1, Emulated.Counter(state, "files.knownAlready"));
    }

    [Fact]
    public async Task What_is_delivered_is_in_both_tables_and_times_are_UTC()
    {
        await using var delivered = await Delivered.StartAsync();
        await delivered.AnnounceAsync(await delivered.PutAsync(2, 0, 100, revision: 2), await delivered.PutAsync(1, 0, 100, revision: 1));
        await delivered.IdleAsync();

        Assert.Equal("100", await delivered.CountAsync("CUSTOMER"));
        Assert.Equal("200", await delivered.CountAsync("CUSTOMER_HISTORY"));
        var start = await delivered.Emulated.ValueAsync("SELECT MIN(VALID_FROM) FROM CUSTOMERTRACK.PUBLIC.CUSTOMER", "CUSTOMERTRACK_OWNER");
        Assert.Equal(new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + ".000000", start);
    }

    [Fact]
    public async Task The_ledger_says_when_a_merge_took_its_rows_and_a_table_without_that_column_gains_it()
    {
        await using var delivered = await Delivered.StartAsync();
        await delivered.Emulated.RunAsync("ALTER TABLE CUSTOMERTRACK.CT.CUSTOMER_BATCH DROP COLUMN CT_TAKEN_AT", "CUSTOMERTRACK_OWNER");
        await delivered.ApplyAsync();
        var before = delivered.Emulated.Host.Account.Clock.Now;
        await delivered.AnnounceAsync(await delivered.PutAsync(1, 0, 10, revision: 1));
        await delivered.IdleAsync();
        var after = delivered.Emulated.Host.Account.Clock.Now;

        var merged = (await delivered.Emulated.RowsAsync("SELECT MERGED_AT, (SELECT MIN(MERGED_AT) FROM CUSTOMERTRACK.CT.WATERMARKS) FROM CUSTOMERTRACK.CT.LOADS", "CUSTOMERTRACK_OWNER"))[0];

        Assert.Equal(merged[0], merged[1]);
        var at = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds((double)decimal.Parse(merged[0]!, CultureInfo.InvariantCulture));
        Assert.InRange(at, before - TimeSpan.FromMilliseconds(1), after);
    }

    [Fact]
    public async Task The_pipelines_role_has_a_merge_that_failed_run_again()
    {
        await using var delivered = await Delivered.StartAsync();
        await delivered.Emulated.FaultsAsync(new FaultOptions { Seed = 3, TaskFailures = 1, NoRetryOfFailedTasks = true });
        await delivered.AnnounceAsync(await delivered.PutAsync(1, 0, 10, revision: 1));
        await delivered.Emulated.UntilAsync(state => Emulated.Counter(state, "tasks.failed") == 1);
        await delivered.Emulated.FaultsAsync(new FaultOptions { NoRetryOfFailedTasks = true });

        Assert.Equal("0", await delivered.CountAsync("CUSTOMER"));
        await delivered.Emulated.RunAsync("EXECUTE TASK CUSTOMERTRACK.CT.CUSTOMER_MERGE_TASK", "CUSTOMERTRACK_DELIVER");
        await delivered.IdleAsync();
        Assert.Equal("10", await delivered.CountAsync("CUSTOMER"));
    }

    [Fact]
    public async Task Personal_columns_are_masked_for_a_reader_and_plain_for_who_may_see_them()
    {
        await using var delivered = await Delivered.StartAsync();
        await delivered.AnnounceAsync(await delivered.PutAsync(1, 0, 1, revision: 1));
        await delivered.IdleAsync();
        await delivered.Emulated.RunAsync("GRANT ROLE CUSTOMERTRACK_READER TO USER ADMIN; GRANT ROLE CUSTOMERTRACK_PII_READER TO USER ADMIN; GRANT USAGE ON WAREHOUSE CUSTOMERTRACK_WH TO ROLE PUBLIC;");

        Assert.NotEqual("email 0", await delivered.Emulated.ValueAsync("SELECT EMAIL FROM CUSTOMERTRACK.PUBLIC.CUSTOMER", "CUSTOMERTRACK_READER"));
        Assert.Equal("email 0", await delivered.Emulated.ValueAsync("SELECT EMAIL FROM CUSTOMERTRACK.PUBLIC.CUSTOMER", "CUSTOMERTRACK_PII_READER"));
        Assert.Equal("002003", await delivered.Emulated.CodeAsync("SELECT * FROM CUSTOMERTRACK.CT.CUSTOMER_DELTAS", "CUSTOMERTRACK_READER"));
    }

    [Fact]
    public async Task A_bucket_whose_events_tell_the_pipe_needs_no_call()
    {
        await using var delivered = await Delivered.StartAsync(autoIngest: true);
        var path = await delivered.PutAsync(1, 0, 10, revision: 1);
        await delivered.Emulated.UntilAsync(state => Emulated.Counter(state, "files.loaded") == 1 && (bool)state["isIdle"]!);
        Assert.Equal("10", await delivered.CountAsync("CUSTOMER"));
        Assert.Equal(400, (await delivered.AnnounceAsync(path)).Status);
    }

    [Fact]
    public async Task After_the_tear_down_nothing_is_left_and_everything_can_be_made_again()
    {
        await using var delivered = await Delivered.StartAsync();
        var path = await delivered.PutAsync(1, 0, 10, revision: 1);
        await delivered.AnnounceAsync(path);
        await delivered.IdleAsync();
        foreach (var statement in delivered.Scripts.TearDown.Statements)
            await delivered.Emulated.RunAsync(statement, delivered.Scripts.TearDown.Role);
        var catalog = delivered.Emulated.Host.Account.Catalog;
        Assert.Empty(catalog.All.Where(item => Kinds.InSchema(item.Kind) || item.Kind is ObjectKind.Warehouse or ObjectKind.Integration).Select(item => item.Name.ToString()));

        await delivered.ApplyAsync();
        await delivered.Emulated.RunAsync("GRANT ROLE CUSTOMERTRACK_DELIVER TO USER ADMIN");
        await delivered.AnnounceAsync(path);
        Assert.Equal(2, Emulated.Counter(await delivered.IdleAsync(), "files.loaded"));
        Assert.Equal("10", await delivered.CountAsync("CUSTOMER"));
    }

    [Fact]
    public async Task Fresh_views_show_what_is_loaded_and_not_merged()
    {
        await using var delivered = await Delivered.StartAsync();
        await delivered.Emulated.RunAsync("ALTER TASK CUSTOMERTRACK.CT.CUSTOMER_MERGE_TASK SUSPEND", "CUSTOMERTRACK_OWNER");
        await delivered.AnnounceAsync(await delivered.PutAsync(1, 0, 10, revision: 1), await delivered.PutAsync(2, 0, 10, revision: 2));
        await delivered.Emulated.UntilAsync(state => Emulated.Counter(state, "files.loaded") == 2);
        Assert.Equal("0", await delivered.CountAsync("CUSTOMER"));
        Assert.Equal("10", await delivered.CountAsync("CUSTOMER_FRESH"));
        Assert.Equal("20", await delivered.CountAsync("CUSTOMER_HISTORY_FRESH"));
        await delivered.Emulated.RunAsync("ALTER TASK CUSTOMERTRACK.CT.CUSTOMER_MERGE_TASK RESUME", "CUSTOMERTRACK_OWNER");
        await delivered.IdleAsync();
        Assert.Equal("10", await delivered.CountAsync("CUSTOMER"));
    }

    [Fact]
    public async Task An_idle_account_runs_no_task_and_no_warehouse()
    {
        await using var delivered = await Delivered.StartAsync();
        var state = await delivered.IdleAsync();
        Assert.Equal(0, Emulated.Counter(state, "tasks.succeeded") + Emulated.Counter(state, "tasks.failed"));
        Assert.Equal(0, (double)state["warehouses"]!["CUSTOMERTRACK_WH"]!["paidSeconds"]!);
    }

    [Fact]
    public async Task A_hundred_thousand_rows_in_fifty_files_are_right_with_every_fault_at_once()
    {
        await using var delivered = await Delivered.StartAsync();
        var paths = new List<string>();
        for (var i = 0; i < 50; i++)
            paths.Add(await delivered.PutAsync(i, i / 5 * 2_000, 2_000, revision: (i % 5) + 1));
        await delivered.Emulated.FaultsAsync(new FaultOptions { Seed = 7, ShuffleLoads = true, SplitLoads = 0.5, LateLoads = 0.2, LateSeconds = 0.5, DoubledNotifications = 0.3, LoadedTwice = 0.3, TaskFailures = 0.4, SpuriousStreamData = 0.2 });

        var started = TimeProvider.System.GetTimestamp();
        await delivered.AnnounceAsync(paths);
        var state = await delivered.IdleAsync();
        TestContext.Current.SendDiagnosticMessage($"100,000 rows loaded and merged in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s: {state["counters"]}");

        Assert.Equal("20000", await delivered.CountAsync("CUSTOMER"));
        Assert.Equal("100000", await delivered.CountAsync("CUSTOMER_HISTORY"));
        Assert.Equal(50, Emulated.Counter(state, "files.loaded"));
        Assert.True(Emulated.Counter(state, "files.loadedAgain") > 0);
    }
}
