namespace CustomerTrack.Snowflake.Tests.Client;

public sealed class SqlApiErrorTests : SnowflakeTest
{
    [Theory]
    [InlineData(422, "001003", "42000", "SQL compilation error:\nsyntax error line 1 at position 0 unexpected 'SELEC'.", 1003, false, "syntax error line 1")]
    [InlineData(422, "002003", "02000", "SQL compilation error: Database 'X' does not exist or not authorized.", 2003, false, "snowflake apply")]
    [InlineData(422, "003001", "42501", "Insufficient privileges to operate on schema 'CT'", 3001, false, "lacks a privilege")]
    [InlineData(422, "000606", "57P03", "No active warehouse selected in the current session.", 606, false, "CustomerTrack:Snowflake:Warehouse")]
    [InlineData(422, "090073", "57014", "Warehouse 'WH' cannot be resumed because resource monitor 'M' has exceeded its quota.", 90073, true, "resource monitor")]
    [InlineData(422, "000604", "57014", "SQL execution canceled", 604, true, "canceled")]
    [InlineData(422, "000625", "57014", "Statement has locked table in another transaction and this statement will be aborted.", 625, true, "aborted")]
    [InlineData(400, "391902", "22000", "Unsupported Accept header null is specified.", 391902, false, "Unsupported")]
    [InlineData(403, "390422", null, "Incoming request with IP/Token 203.0.113.1 is not allowed to access Snowflake.", 390422, false, "network policy")]
    [InlineData(403, "390189", null, "Role 'X' specified in the connect string does not exist or not authorized.", 390189, false, "GRANT ROLE")]
    [InlineData(404, "000709", "02000", "Statement not found", 709, false, "not found")]
    [InlineData(429, "390505", null, "Too many requests.", 390505, true, "throttled")]
    [InlineData(500, "000603", "XX000", "SQL execution internal error: incident 123.", 603, true, "status.snowflake.com")]
    public async Task Every_refusal_is_one_exception_with_Snowflakes_code(int status, string code, string? sqlState, string message, int expected, bool isTransient, string told)
    {
        for (var attempt = 0; attempt < 7; attempt++)
        {
            Account.Answers(status, System.Text.Json.JsonSerializer.Serialize(new { code, message, sqlState, statementHandle = "q-1" }));
        }

        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT a FROM t WHERE name = 'Alice' AND id = 7", [], Cancel));

        Assert.Equal((expected, sqlState, "q-1", isTransient), (failure.Code, failure.SqlState, failure.QueryId, failure.IsTransient));
        Assert.StartsWith("Snowflake did not take statement (SELECT a FROM t WHERE name =): ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.DoesNotContain("Alice", failure + Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_after_the_submission_is_the_same_exception()
    {
        Account.Answers(202, SqlApi.Running()).Answers(422, SqlApi.Failed("100038", "Numeric value is not recognized", "22018"));
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.Equal((100038, "22018", SqlApi.Handle, false), (failure.Code, failure.SqlState, failure.QueryId, failure.IsTransient));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_page_that_is_not_Snowflakes_points_at_the_account(int status)
    {
        Account.Answers(status, "<html><body>no such site</body></html>");
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.Null(failure.Code);
        Assert.False(failure.IsTransient);
        Assert.Contains("check CustomerTrack:Snowflake:Account", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirection_is_not_followed()
    {
        Account.Answers(new PlayedReply(302, "") { Headers = new Dictionary<string, string> { ["Location"] = "https://elsewhere.example/" } });
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.Contains("redirection", failure.Message, StringComparison.Ordinal);
        Assert.Single(Account.Requests);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_named_without_long_retries()
    {
        await using var sql = Sql(new SnowflakeOptions { Account = "a", User = "u", PrivateKey = Keys.Pkcs8, Endpoint = new Uri("https://no-such-account.invalid") });

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.Contains("no-such-account.invalid", failure.Message, StringComparison.Ordinal);
    }
}
