namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Append-only streams.</summary>
public sealed class StreamTests
{
    private static async Task<Emulated> StartAsync()
    {
        var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (A NUMBER); CREATE TABLE U (A NUMBER); INSERT INTO T VALUES (0); CREATE STREAM ST ON TABLE T APPEND_ONLY = TRUE; INSERT INTO T VALUES (1), (2);");
        return emulated;
    }

    [Fact]
    public async Task Stream_offset_moves_only_when_the_consuming_transaction_commits()
    {
        await using var emulated = await StartAsync();

        Assert.Equal("2", await emulated.ValueAsync("SELECT COUNT(*) FROM ST"));
        await emulated.RunAsync("BEGIN; INSERT INTO U SELECT A FROM ST; ROLLBACK;");
        Assert.Equal("2", await emulated.ValueAsync("SELECT COUNT(*) FROM ST"));
        await emulated.RunAsync("BEGIN; INSERT INTO U SELECT A FROM ST; COMMIT;");
        Assert.Equal("0", await emulated.ValueAsync("SELECT COUNT(*) FROM ST"));
        Assert.Equal("3", await emulated.ValueAsync("SELECT SUM(A) FROM U"));
        Assert.Equal("false", await emulated.ValueAsync("SELECT SYSTEM$STREAM_HAS_DATA('D.S.ST')"));
    }

    [Fact]
    public async Task A_query_does_not_move_the_stream_and_a_statement_that_writes_nothing_does()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("SELECT * FROM ST");
        Assert.Equal("true", await emulated.ValueAsync("SELECT SYSTEM$STREAM_HAS_DATA('ST')"));
        await emulated.RunAsync("INSERT INTO U SELECT A FROM ST WHERE FALSE");
        Assert.Equal("false", await emulated.ValueAsync("SELECT SYSTEM$STREAM_HAS_DATA('ST')"));
    }

    [Fact]
    public async Task A_transaction_sees_the_stream_as_it_began_and_skips_nothing()
    {
        await using var emulated = await StartAsync();
        var account = emulated.Host.Account;
        using var session = account.Open("ADMIN", null);
        (session.Database, session.Schema, session.Warehouse) = ("D", "S", "WH");

        account.Execute(session, "BEGIN; INSERT INTO T VALUES (100); INSERT INTO U SELECT A FROM ST");
        await emulated.RunAsync("INSERT INTO T VALUES (3)");
        account.Execute(session, "INSERT INTO U SELECT A FROM ST; COMMIT");

        Assert.Equal("6", await emulated.ValueAsync("SELECT SUM(A) FROM U"));
        Assert.Equal("103", await emulated.ValueAsync("SELECT SUM(A) FROM ST"));
    }

    [Fact]
    public async Task Rows_deleted_before_they_were_read_are_in_the_stream_all_the_same()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("DELETE FROM T WHERE A < 2");
        Assert.Equal("3", await emulated.ValueAsync("SELECT SUM(A) FROM ST"));
        await emulated.RunAsync("INSERT INTO U SELECT A FROM ST; DELETE FROM T;");
        Assert.Equal("0", await emulated.ValueAsync("SELECT COUNT(*) FROM ST"));
    }

    [Fact]
    public async Task A_replaced_table_leaves_its_stream_stale()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("CREATE OR REPLACE TABLE T (A NUMBER)");
        Assert.Equal("091901", await emulated.CodeAsync("SELECT * FROM ST"));
        Assert.Equal("true", (await emulated.RowsAsync("SHOW STREAMS IN SCHEMA D.S"))[0][8]);
    }

    [Fact]
    public async Task A_task_runs_only_when_its_stream_has_something_and_is_made_suspended()
    {
        await using var emulated = await StartAsync();
        Assert.Equal("001008", await emulated.CodeAsync("CREATE TASK TK WAREHOUSE = WH USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS = 9 WHEN SYSTEM$STREAM_HAS_DATA('ST') AS INSERT INTO U SELECT A FROM ST"));
        await emulated.RunAsync("CREATE TASK TK WAREHOUSE = WH USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS = 10 WHEN SYSTEM$STREAM_HAS_DATA('ST') AS INSERT INTO U SELECT A FROM ST");
        Assert.False((bool)(await emulated.StateAsync())["tasks"]!["D.S.TK"]!["started"]!);

        await emulated.RunAsync("ALTER TASK TK RESUME");
        await emulated.UntilAsync(state => (bool)state["isIdle"]!);
        Assert.Equal("3", await emulated.ValueAsync("SELECT SUM(A) FROM U"));
        Assert.Equal(1, Emulated.Counter(await emulated.StateAsync(), "tasks.succeeded"));
        Assert.Equal("091089", await emulated.CodeAsync("ALTER TASK TK SET USER_TASK_TIMEOUT_MS = 1000"));
    }

    [Fact]
    public async Task Execute_task_runs_a_suspended_task_once_whatever_its_condition_says()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("CREATE TASK TK WAREHOUSE = WH WHEN SYSTEM$STREAM_HAS_DATA('ST') AS INSERT INTO U SELECT A FROM ST; EXECUTE TASK TK;");
        await emulated.UntilAsync(state => Emulated.Counter(state, "tasks.succeeded") == 1 && (bool)state["isIdle"]!);
        Assert.Equal("3", await emulated.ValueAsync("SELECT SUM(A) FROM U"));

        await emulated.RunAsync("EXECUTE TASK D.S.TK");
        var state = await emulated.UntilAsync(state => Emulated.Counter(state, "tasks.succeeded") == 2 && (bool)state["isIdle"]!);
        Assert.False((bool)state["tasks"]!["D.S.TK"]!["started"]!);
    }

    [Fact]
    public async Task Execute_task_needs_to_operate_or_own_it()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("""
            CREATE TASK TK WAREHOUSE = WH WHEN SYSTEM$STREAM_HAS_DATA('ST') AS INSERT INTO U SELECT A FROM ST;
            CREATE ROLE R; GRANT ROLE R TO USER ADMIN; GRANT USAGE ON DATABASE D TO ROLE R; GRANT USAGE ON SCHEMA D.S TO ROLE R;
            """);
        Assert.Equal("002003", await emulated.CodeAsync("EXECUTE TASK D.S.TK", "R"));
        await emulated.RunAsync("GRANT MONITOR ON TASK TK TO ROLE R");
        Assert.Equal("003001", await emulated.CodeAsync("EXECUTE TASK D.S.TK", "R"));
        await emulated.RunAsync("GRANT OPERATE ON TASK TK TO ROLE R");
        await emulated.RunAsync("EXECUTE TASK D.S.TK", "R");
        await emulated.UntilAsync(state => Emulated.Counter(state, "tasks.succeeded") == 1);
        Assert.Equal("3", await emulated.ValueAsync("SELECT SUM(A) FROM U"));
    }

    [Theory]
    [InlineData("INSERT INTO T VALUES (4)", "7")]
    [InlineData("EXECUTE TASK TK", "3")]
    [InlineData("ALTER TASK TK SUSPEND; ALTER TASK TK RESUME", "3")]
    public async Task With_the_fault_a_task_that_failed_waits_for_new_rows_or_for_someone(string remedy, string sum)
    {
        await using var emulated = await StartAsync();
        await emulated.FaultsAsync(new FaultOptions { NoRetryOfFailedTasks = true });
        await emulated.RunAsync("""
            CREATE TABLE W (A NUMBER); CREATE TABLE WITNESSED (A NUMBER); CREATE STREAM SW ON TABLE W APPEND_ONLY = TRUE; DROP TABLE U;
            CREATE TASK TK WAREHOUSE = WH USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS = 10 WHEN SYSTEM$STREAM_HAS_DATA('ST') AS INSERT INTO U SELECT A FROM ST;
            CREATE TASK WITNESS WAREHOUSE = WH USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS = 10 WHEN SYSTEM$STREAM_HAS_DATA('SW') AS INSERT INTO WITNESSED SELECT A FROM SW;
            ALTER TASK TK RESUME; ALTER TASK WITNESS RESUME;
            """);
        await emulated.UntilAsync(state => Emulated.Counter(state, "tasks.failed") == 1);
        await emulated.RunAsync("CREATE TABLE U (A NUMBER)");

        // Each run of the witness is an interval later than the one before: the failed task would have been due twice.
        for (var run = 1; run <= 3; run++)
        {
            await emulated.RunAsync("INSERT INTO W VALUES (1)");
            await emulated.UntilAsync(state => Emulated.Counter(state, "tasks.succeeded") == run);
        }

        Assert.Equal("0", await emulated.ValueAsync("SELECT COUNT(*) FROM U"));
        await emulated.RunAsync(remedy);
        var state = await emulated.UntilAsync(state => (bool)state["isIdle"]!);
        Assert.Equal(sum, await emulated.ValueAsync("SELECT SUM(A) FROM U"));
        Assert.Equal(1, Emulated.Counter(state, "tasks.failed"));
    }

    [Fact]
    public async Task A_task_that_fails_again_and_again_is_suspended()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("CREATE TABLE N (A NUMBER NOT NULL); CREATE TASK TK WAREHOUSE = WH SUSPEND_TASK_AFTER_NUM_FAILURES = 2 WHEN SYSTEM$STREAM_HAS_DATA('ST') AS INSERT INTO N SELECT NULL FROM ST; ALTER TASK TK RESUME;");

        await emulated.UntilAsync(state => Emulated.Counter(state, "tasks.suspendedByFailures") == 1);
        var history = await emulated.RowsAsync("SELECT STATE, ERROR_CODE FROM TABLE(D.INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => 'TK'))");
        Assert.Equal([["FAILED", "100072"], ["FAILED", "100072"]], history);
        Assert.Equal("2", await emulated.ValueAsync("SELECT COUNT(*) FROM ST"));
    }
}
