using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake.Tests.Client;

public sealed class SqlApiRetryTests : SnowflakeTest
{
    private static readonly string OneRow = SqlApi.Rows([("A", "text")], [["x"]]);

    public static TheoryData<int> Passing => [408, 429, 500, 502, 503, 504, 0];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_may_pass_is_sent_again_with_the_same_request_id(int status)
    {
        Account.Answers(status, "").Answers(status, "").Answers(200, OneRow);
        await using var sql = Sql();

        var rows = await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.Equal("x", rows.Rows[0][0]);
        Assert.Equal(3, Account.Requests.Count);
        Assert.Single(Account.Requests.Select(request => request.RequestId).Distinct());
        Assert.Equal([false, true, true], Account.Requests.Select(request => request.IsRetry));
        Assert.Equal(2, Time.Pauses.Count);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        Account.Answers(new PlayedReply(200, OneRow) { IsTorn = true }).Answers(200, OneRow);
        await using var sql = Sql();

        await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.Equal([false, true], Account.Requests.Select(request => request.IsRetry));
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_given_up_after_a_minute_and_asked_for_again()
    {
        var never = new TaskCompletionSource();
        Account.Answers(new PlayedReply(200, OneRow) { After = never.Task }).Answers(200, OneRow);
        await using var sql = Sql();
        var arrival = Account.ArrivalOf("/statements");

        var query = sql.QueryAsync("SELECT 1", [], Cancel);
        await arrival;
        Time.Advance(TimeSpan.FromSeconds(60));
        await query;
        never.SetResult();

        Assert.Equal([false, true], Account.Requests.Select(request => request.IsRetry));
        Assert.Single(Account.Requests.Select(request => request.RequestId).Distinct());
    }

    [Fact]
    public async Task Two_statements_have_two_request_ids()
    {
        Account.Answers(200, OneRow).Answers(200, OneRow);
        await using var sql = Sql();

        await sql.QueryAsync("SELECT 1", [], Cancel);
        await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.Equal(2, Account.Requests.Select(request => request.RequestId).Distinct().Count());
    }

    [Theory]
    [InlineData("7")]
    [InlineData("Sat, 31 Jan 2026 12:00:07 GMT")]
    public async Task The_pause_that_Snowflake_asks_for_is_kept(string retryAfter)
    {
        Account.Answers(new PlayedReply(429, "") { Headers = new Dictionary<string, string> { ["Retry-After"] = retryAfter } }).Answers(200, OneRow);
        await using var sql = Sql();

        await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.Equal(TimeSpan.FromSeconds(7), Assert.Single(Time.Pauses));
        Assert.Contains(Logs.Entries, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("429", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pause_that_is_too_long_is_left_to_the_caller()
    {
        Account.Answers(new PlayedReply(503, "") { Headers = new Dictionary<string, string> { ["Retry-After"] = "3600" } });
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.True(failure.IsTransient);
        Assert.Empty(Time.Pauses);
    }

    [Fact]
    public async Task Pauses_grow_and_end()
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            Account.Answers(503, "");
        }

        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.True(failure.IsTransient);
        Assert.Contains("HTTP status 503", failure.Message, StringComparison.Ordinal);
        Assert.Equal(7, Account.Requests.Count);
        Assert.InRange(Time.Pauses.Sum(pause => pause.TotalSeconds), 5, 120);
    }

    [Fact]
    public async Task A_statement_that_ran_out_of_its_time_is_not_run_again()
    {
        Account.Answers(408, SqlApi.Failed("000630", "Statement reached its statement or warehouse timeout of 10 second(s) and was canceled.", "57014"));
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.Equal((630, "57014", true), (failure.Code, failure.SqlState, failure.IsTransient));
        Assert.Single(Account.Requests);
    }

    [Fact]
    public async Task A_lost_poll_does_not_end_the_statement()
    {
        Account.Answers(202, SqlApi.Running()).Answers(PlayedReply.Reset).Answers(503, "").Answers(404, """{"code":"000709","message":"Statement not found"}""").Answers(202, SqlApi.Running()).Answers(200, OneRow);
        await using var sql = Sql();

        var rows = await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.Equal("x", rows.Rows[0][0]);
        Assert.Single(Account.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_failure_that_may_pass()
    {
        var address = Account.Address;
        await Account.DisposeAsync();
        await using var sql = Sql(new SnowflakeOptions { Account = "a", User = "u", PrivateKey = Keys.Pkcs8, Endpoint = address });

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.True(failure.IsTransient);
        Assert.Null(failure.Code);
        Assert.Contains("127.0.0.1 was not reached", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_measured_by_operation_and_outcome()
    {
        var measured = new List<(string Operation, string Outcome)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == "customertrack.snowflake.requests") { self.EnableMeasurementEvents(instrument); } } };
        var mine = new AsyncLocal<bool> { Value = true };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (mine.Value)
            {
                lock (measured)
                {
                    measured.AddRange(Enumerable.Repeat((tags[0].Value!.ToString()!, tags[1].Value!.ToString()!), (int)value));
                }
            }
        });
        listener.Start();
        Account.Answers(503, "").Answers(202, SqlApi.Running()).Answers(200, OneRow).Answers(422, SqlApi.Failed("001003", "syntax error", "42000"));
        await using var sql = Sql();

        await sql.QueryAsync("SELECT 1", [], Cancel);
        await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELEC 1", [], Cancel));

        Assert.Equal([("statement", "ok"), ("poll", "ok"), ("statement", "refused")], measured);
    }

    [Fact]
    public async Task The_clock_of_the_machine_is_not_asked()
    {
        Account.Answers(202, SqlApi.Running()).Answers(503, "").Answers(200, OneRow);
        await using var sql = Sql();
        var started = DateTime.UtcNow;

        await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.True(Time.GetUtcNow() > new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), started.ToString(CultureInfo.InvariantCulture));
    }
}
