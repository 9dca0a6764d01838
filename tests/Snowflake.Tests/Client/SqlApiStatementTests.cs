using System.Globalization;

namespace CustomerTrack.Snowflake.Tests.Client;

public sealed class SqlApiStatementTests : SnowflakeTest
{
    private static readonly (string, string)[] OneText = [("A", "TEXT")];

    [Fact]
    public async Task A_statement_is_submitted_with_its_session_and_its_headers()
    {
        Account.Answers(200, SqlApi.Rows(OneText, [["x"]]));
        await using var sql = Sql(session: new SnowflakeSession { Role = "Ct_Owner", Warehouse = "wh", Database = "\"Mixed\"", Schema = "CT" });

        var rows = await sql.QueryAsync("SELECT ?, ?", ["it's", "2"], Cancel);

        Assert.Equal([new SnowflakeColumn("A", "text")], rows.Columns);
        Assert.Equal("x", rows.Rows.Single().Single());
        var request = Assert.Single(Account.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("/api/v2/statements", request.Path);
        Assert.True(Guid.TryParse(request.RequestId, out _));
        Assert.Equal("true", request.Query["nullable"]);
        Assert.False(request.IsRetry);
        Assert.Equal("KEYPAIR_JWT", request.Headers["X-Snowflake-Authorization-Token-Type"]);
        Assert.Matches(@"^CustomerTrack/\d+\.\d+\.\d+$", request.Headers.UserAgent.ToString());
        Assert.Equal("application/json", request.Headers.Accept);
        Assert.Equal("application/json", request.Headers.ContentType);
        var body = request.Json;
        Assert.Equal("SELECT ?, ?", body.GetProperty("statement").GetString());
        Assert.Equal("CT_OWNER", body.GetProperty("role").GetString());
        Assert.Equal("WH", body.GetProperty("warehouse").GetString());
        Assert.Equal("Mixed", body.GetProperty("database").GetString());
        Assert.Equal("CT", body.GetProperty("schema").GetString());
        Assert.Equal("""{"1":{"type":"TEXT","value":"it\u0027s"},"2":{"type":"TEXT","value":"2"}}""", body.GetProperty("bindings").GetRawText());
        Assert.Equal("1", body.GetProperty("parameters").GetProperty("MULTI_STATEMENT_COUNT").GetString());
    }

    [Fact]
    public async Task A_session_of_defaults_names_nothing()
    {
        Account.Answers(200, SqlApi.Rows(OneText, []));
        await using var sql = Sql();

        await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.Equal(["statement", "parameters"], Assert.Single(Account.Requests).Json.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task A_long_statement_is_asked_for_with_growing_pauses_until_it_is_done()
    {
        const int Polls = 40;
        Account.Answers(202, SqlApi.Running());
        for (var poll = 0; poll < Polls; poll++)
        {
            Account.Answers(202, SqlApi.Running());
        }

        Account.Answers(200, SqlApi.Rows(OneText, [["done"]]));
        await using var sql = Sql();

        var rows = await sql.QueryAsync("CALL slow()", [], Cancel);

        Assert.Equal("done", rows.Rows[0][0]);
        Assert.Equal(Polls + 2, Account.Requests.Count);
        Assert.All(Account.Requests.Skip(1), request => Assert.Equal(("GET", "/api/v2/statements/" + SqlApi.Handle), (request.Method, request.Path)));
        var pauses = Time.Pauses.ToArray();
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(TimeSpan.FromMilliseconds(50), pauses[0]);
        Assert.Equal(TimeSpan.FromSeconds(5), pauses[^1]);
    }

    [Fact]
    public async Task Further_partitions_are_compressed_and_come_in_order()
    {
        Account
            .Answers(202, SqlApi.Running())
            .Answers(200, SqlApi.Rows(OneText, [["1"], ["2"]], partitions: [2, 1, 2]))
            .Answers(new PlayedReply(200, SqlApi.Partition([["3"]])) { IsCompressed = true })
            .Answers(new PlayedReply(200, SqlApi.Partition([["4"], [null]])) { IsCompressed = true });
        await using var sql = Sql();

        var rows = await sql.QueryAsync("SELECT a FROM t", [], Cancel);

        Assert.Equal(["1", "2", "3", "4", null], rows.Rows.Select(row => row[0]));
        Assert.Equal(["", "", "1", "2"], Account.Requests.Select(request => request.Query["partition"].ToString()));
        Assert.Contains("gzip", Account.Requests.Last().Headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_are_missing_are_a_failure_that_may_pass()
    {
        Account
            .Answers(200, SqlApi.Rows(OneText, [["1"], ["2"]], partitions: [2, 1]))
            .Answers(200, SqlApi.Partition([]));
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT a FROM t", [], Cancel));

        Assert.True(failure.IsTransient);
        Assert.Contains("announced 3 rows and sent 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statements_go_as_one_request_with_their_count()
    {
        Account.Answers(202, SqlApi.Running()).Answers(200, SqlApi.Done);
        await using var sql = Sql();

        await sql.ExecuteAsync(["BEGIN", "INSERT INTO t VALUES (1);", "INSERT INTO t\nVALUES (2) -- two", "COMMIT"], Cancel);

        var body = Account.Requests.First().Json;
        Assert.Equal("4", body.GetProperty("parameters").GetProperty("MULTI_STATEMENT_COUNT").GetString());
        Assert.Equal("BEGIN\n;\nINSERT INTO t VALUES (1)\n;\nINSERT INTO t\nVALUES (2) -- two\n;\nCOMMIT", body.GetProperty("statement").GetString());
        Assert.False(body.TryGetProperty("bindings", out _));
    }

    [Fact]
    public async Task No_statements_need_no_request()
    {
        await using var sql = Sql();

        await sql.ExecuteAsync([], Cancel);

        Assert.Empty(Account.Requests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_statement_that_failed_is_named_by_its_place(int failing)
    {
        string[] statements = ["CREATE TABLE a (i INT)", "-- why\nINSERT INTO a\n  VALUES ('secret')", "UPDATE a SET i = 7", "DROP TABLE a"];
        var starts = new[] { 1, 3, 7, 9 };
        Account.Answers(202, SqlApi.Running()).Answers(
            422,
            SqlApi.Failed(
                "100132",
                $"JavaScript execution error: Uncaught Execution of multiple statements failed on statement \"INSERT INTO a VALUES ('secret...\" (at line {starts[failing - 1].ToString(CultureInfo.InvariantCulture)}, position 0).\nNumeric value is not recognized in SYSTEM$MULTISTMT at '    throw `Execution of multiple statements failed on statement {{0}} (at line {{1}}, position {{2}}).`.replace('{{1}}', LINES[i])' position 4\nstackstrace: \nSYSTEM$MULTISTMT line: 10",
                "P0000"));
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.ExecuteAsync(statements, Cancel));

        var label = new[] { "CREATE TABLE a (i INT)", "INSERT INTO a VALUES (", "UPDATE a SET i =", "DROP TABLE a" }[failing - 1];
        Assert.Equal($"Snowflake did not take statement {failing} of 4 ({label}): Numeric value is not recognized (code 100132, SQLSTATE P0000, query {SqlApi.Handle})", failure.Message);
        Assert.Equal((100132, "P0000", SqlApi.Handle), (failure.Code, failure.SqlState, failure.QueryId));
        Assert.False(failure.IsTransient);
        Assert.DoesNotContain("secret", failure + Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_without_a_place_is_told_as_it_is()
    {
        Account.Answers(422, SqlApi.Failed("000008", "Actual statement count 3 did not match the desired statement count 2.", "0A000"));
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.ExecuteAsync(["SELECT 1", "SELECT 2; SELECT 3"], Cancel));

        Assert.Equal(8, failure.Code);
        Assert.Contains("one of 2 statements: Actual statement count 3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_of_the_wrong_type_names_its_column_and_not_itself()
    {
        Account.Answers(200, SqlApi.Rows([("N", "fixed"), ("BORN", "date")], [["1", "0"], ["2", "Alice"]]));
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT n, born FROM t", [], Cancel));

        Assert.Contains("Row 2, column BORN", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Alice", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>welcome</html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task A_success_that_is_not_the_SQL_APIs_is_an_error(string body)
    {
        Account.Answers(200, body);
        await using var sql = Sql();

        await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));
    }

    [Fact]
    public async Task An_empty_statement_is_refused_before_it_is_sent()
    {
        await using var sql = Sql();

        await Assert.ThrowsAsync<ArgumentException>(() => sql.ExecuteAsync(["SELECT 1", " ; "], Cancel));

        Assert.Empty(Account.Requests);
    }
}
