using System.Text.Json.Nodes;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What statements mean: names, types, errors, transactions.</summary>
public sealed class StatementTests
{
    [Fact]
    public async Task Bare_and_quoted_lower_case_names_are_different()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("""CREATE TABLE T (a NUMBER, "a" NUMBER); INSERT INTO t (A, "a") VALUES (1, 2);""");

        Assert.Equal(["1", "2"], (await emulated.RowsAsync("""SELECT A, "a" FROM T"""))[0]);
        Assert.Equal("002003", await emulated.CodeAsync("""SELECT * FROM "t" """));
        await emulated.RunAsync("""CREATE TABLE "t" ("b" NUMBER)""");
        Assert.Equal("000904", await emulated.CodeAsync("""SELECT b FROM "t" """));
    }

    [Fact]
    public async Task What_is_not_known_is_an_error_with_its_place()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();

        var (_, body) = await emulated.SendAsync("SELECT 1\nFRM x y");
        Assert.Equal("001003", (string?)body["code"]);
        Assert.Equal("SQL compilation error:\nsyntax error line 2 at position 4 unexpected 'X'.", (string?)body["message"]);
        Assert.Equal("002140", await emulated.CodeAsync("SELECT FROBNICATE(1)"));
        Assert.Equal("001420", await emulated.CodeAsync("CREATE WAREHOUSE W2 AUTO_SUSPENDED = 60"));
        Assert.Equal("001003", await emulated.CodeAsync("CREATE TABLE T (A NUMBER) CLUSTERED BY (A)"));
        Assert.Equal("002003", await emulated.CodeAsync("SELECT * FROM NOWHERE"));
        Assert.Equal("002040", await emulated.CodeAsync("CREATE TABLE T (A NUMERO)"));
        Assert.Equal("002002", await emulated.CodeAsync("CREATE DATABASE D"));
    }

    [Theory]
    [InlineData("SELECT IFF(1 = 1, 'yes', 'no')", "yes")]
    [InlineData("SELECT GREATEST(1, NULL, 2)", null)]
    [InlineData("SELECT NVL(NULL, 5)", "5")]
    [InlineData("SELECT SHA2('a', 256)", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")]
    [InlineData("SELECT 1 = 1", "true")]
    [InlineData("SELECT 12.30::NUMBER(10,2)", "12.30")]
    [InlineData("SELECT NULL", null)]
    [InlineData("SELECT '2026-01-02 03:04:05.678901'::TIMESTAMP_NTZ(6)", "1767323045.678901")]
    [InlineData("SELECT '1969-12-31 23:59:58.5'::TIMESTAMP_NTZ(6)", "-1.500000")]
    [InlineData("SELECT DATE '2026-01-02'", "20455")]
    [InlineData("SELECT DATEDIFF('day', '2026-01-01'::TIMESTAMP_NTZ, '2026-01-03'::TIMESTAMP_NTZ)", "2")]
    [InlineData("SELECT DATEADD('day', -7, '2026-01-08'::TIMESTAMP_NTZ(6))", "1767225600.000000")]
    [InlineData("SELECT MAX(x) FROM (SELECT 1 AS x UNION ALL SELECT 3 MINUS SELECT 3)", "1")]
    [InlineData("SELECT PARSE_JSON('{\"a\": 1}')", "{\"a\":1}")]
    [InlineData("SELECT TRY_PARSE_JSON('{\"a\": 1}')", "{\"a\":1}")]
    [InlineData("SELECT TRY_PARSE_JSON('{\"a\": ')", null)]
    [InlineData("SELECT TRY_PARSE_JSON(NULL)", null)]
    public async Task Values_are_as_Snowflake_gives_them(string sql, string? expected)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        Assert.Equal(expected, await emulated.ValueAsync(sql));
    }

    [Fact]
    public async Task The_time_zone_of_the_session_shows_where_an_instant_meets_a_column_without_zone()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (L TIMESTAMP_LTZ(6), N TIMESTAMP_NTZ(6)); ALTER SESSION SET TIMEZONE = 'UTC'; INSERT INTO T (L) SELECT '2026-01-02 12:00:00'::TIMESTAMP_NTZ::TIMESTAMP_LTZ;");

        Assert.Equal("1767355200.000000", await emulated.ValueAsync("SELECT L FROM T"));
        await emulated.RunAsync("UPDATE T SET N = L");
        Assert.Equal("1767326400.000000", await emulated.ValueAsync("SELECT N FROM T"));
        Assert.Equal("1767355200.000000", await emulated.ValueAsync("SELECT CONVERT_TIMEZONE('UTC', L)::TIMESTAMP_NTZ(6) FROM T"));
        Assert.Equal("1767355200.000000", await emulated.ValueAsync("SELECT CONVERT_TIMEZONE('UTC', L)::TIMESTAMP_NTZ(6) FROM T", zone: "Asia/Tokyo"));
        Assert.Equal("001003", await emulated.CodeAsync("SELECT CONVERT_TIMEZONE('UTC', L) FROM T"));
    }

    [Fact]
    public async Task Not_null_is_enforced_and_a_primary_key_is_not()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (K NUMBER NOT NULL PRIMARY KEY RELY, V VARCHAR(3))");

        await emulated.RunAsync("INSERT INTO T (K, V) VALUES (1, 'a'), (1, 'b')");
        Assert.Equal("100072", await emulated.CodeAsync("INSERT INTO T (V) VALUES ('c')"));
        Assert.Equal("100078", await emulated.CodeAsync("INSERT INTO T VALUES (2, 'long')"));
        Assert.Equal("2", await emulated.ValueAsync("SELECT COUNT(*) FROM T"));
    }

    [Fact]
    public async Task A_statement_that_creates_a_table_commits_the_open_transaction()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (A NUMBER)");

        await emulated.RunAsync("BEGIN; INSERT INTO T VALUES (1); CREATE TABLE U (A NUMBER); ROLLBACK;");
        Assert.Equal("1", await emulated.ValueAsync("SELECT COUNT(*) FROM T"));
        await emulated.RunAsync("BEGIN; INSERT INTO T VALUES (2); ROLLBACK;");
        Assert.Equal("1", await emulated.ValueAsync("SELECT COUNT(*) FROM T"));
        Assert.Equal(1, Emulated.Counter(await emulated.StateAsync(), "transactions.committedByDdl"));
    }

    [Fact]
    public async Task A_transaction_that_a_request_leaves_open_is_rolled_back()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (A NUMBER); BEGIN; INSERT INTO T VALUES (1);");
        Assert.Equal("0", await emulated.ValueAsync("SELECT COUNT(*) FROM T"));
        Assert.Equal("391911", await emulated.CodeAsync("BEGIN"));
    }

    [Fact]
    public async Task A_procedure_that_leaves_a_transaction_open_fails_and_is_rolled_back()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (A NUMBER); CREATE PROCEDURE P() RETURNS VARCHAR LANGUAGE SQL AS $$ BEGIN BEGIN TRANSACTION; INSERT INTO T VALUES (1); RETURN 'x'; END; $$;");

        Assert.Equal("090232", await emulated.CodeAsync("CALL P()"));
        Assert.Equal("0", await emulated.ValueAsync("SELECT COUNT(*) FROM T"));
    }

    [Fact]
    public async Task A_procedure_handles_an_exception_and_raises_it_again()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("""
            CREATE TABLE T (A NUMBER NOT NULL);
            CREATE PROCEDURE P(N NUMBER) RETURNS VARCHAR LANGUAGE SQL EXECUTE AS OWNER AS
            $$
            DECLARE total NUMBER DEFAULT 0;
            BEGIN
                BEGIN TRANSACTION;
                INSERT INTO T SELECT :N;
                SELECT COUNT(*) INTO :total FROM T;
                IF (total > 1) THEN
                    INSERT INTO T VALUES (NULL);
                END IF;
                COMMIT;
                RETURN 'rows: ' || total;
            EXCEPTION WHEN OTHER THEN
                ROLLBACK;
                RAISE;
            END;
            $$;
            """);

        Assert.Equal("rows: 1", await emulated.ValueAsync("CALL P(7)"));
        Assert.Equal("100072", await emulated.CodeAsync("CALL P(8)"));
        Assert.Equal("7", await emulated.ValueAsync("SELECT SUM(A) FROM T"));
    }

    [Fact]
    public async Task A_variable_keeps_a_time_to_the_microsecond()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("""
            CREATE TABLE T (N TIMESTAMP_NTZ(6));
            CREATE PROCEDURE P() RETURNS VARCHAR LANGUAGE SQL AS
            $$
            DECLARE at TIMESTAMP_NTZ(6) DEFAULT '2026-01-02 03:04:05.678901'::TIMESTAMP_NTZ(6);
            BEGIN
                INSERT INTO T SELECT :at;
                RETURN 'done';
            END;
            $$;
            CALL P();
            """);

        Assert.Equal("1767323045.678901", await emulated.ValueAsync("SELECT N FROM T"));
    }

    [Fact]
    public async Task A_merge_whose_result_depends_on_the_order_of_rows_fails()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (K NUMBER, V NUMBER); CREATE TABLE S (K NUMBER, V NUMBER); INSERT INTO T VALUES (1, 0); INSERT INTO S VALUES (1, 1), (1, 2), (5, 5), (5, 6);");

        Assert.Equal("100090", await emulated.CodeAsync("MERGE INTO T USING S ON T.K = S.K WHEN MATCHED THEN UPDATE SET V = S.V"));
        var merged = await emulated.RowsAsync("MERGE INTO T USING S ON T.K = S.K WHEN MATCHED AND S.V = 2 THEN UPDATE SET V = S.V WHEN NOT MATCHED THEN INSERT (K, V) VALUES (S.K, S.V)");
        Assert.Equal(["2", "1"], merged[0]);
    }

    [Fact]
    public async Task Binds_are_typed_and_counted()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        var binds = new JsonObject { ["1"] = new JsonObject { ["type"] = "FIXED", ["value"] = "7" }, ["2"] = new JsonObject { ["type"] = "TEXT", ["value"] = "it's" } };

        var (status, body) = await emulated.SendAsync("SELECT ?, ?", bindings: binds);
        Assert.True(status == 200, body.ToString());
        Assert.Equal("it's", (string?)body["data"]![0]![1]);
        Assert.Equal("002049", (string?)(await emulated.SendAsync("SELECT ?")).Body["code"]);
    }

    [Fact]
    public async Task A_query_needs_a_warehouse_and_its_seconds_are_counted()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (A NUMBER)");
        Assert.Equal(0, (double)(await emulated.StateAsync())["warehouses"]!["WH"]!["paidSeconds"]!);

        await emulated.RunAsync("SELECT * FROM T");
        var warehouse = (await emulated.StateAsync())["warehouses"]!["WH"]!;
        Assert.Equal("STARTED", (string?)warehouse["state"]);
        Assert.True((double)warehouse["paidSeconds"]! >= 60);
        await emulated.RunAsync("DROP WAREHOUSE WH");
        Assert.Equal("000606", await emulated.CodeAsync("SELECT * FROM T"));
    }
}
