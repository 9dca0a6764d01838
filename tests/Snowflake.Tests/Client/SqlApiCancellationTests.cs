using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake.Tests.Client;

public sealed class SqlApiCancellationTests : SnowflakeTest
{
    [Fact]
    public async Task A_running_statement_is_cancelled_in_Snowflake()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Account
            .Answers(202, SqlApi.Running())
            .Answers(_ =>
            {
                source.Cancel();
                return new PlayedReply(202, SqlApi.Running());
            })
            .Answers(200, """{"message":"successfully canceled","statementHandle":"x"}""");
        await using var sql = Sql();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sql.QueryAsync("CALL slow()", [], source.Token));

        Assert.Equal(("POST", $"/api/v2/statements/{SqlApi.Handle}/cancel"), (Account.Requests.Last().Method, Account.Requests.Last().Path));
        Assert.DoesNotContain(Logs.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_statement_whose_handle_is_still_to_come_is_cancelled_too()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var answer = new TaskCompletionSource();
        var arrival = Account.ArrivalOf("/statements");
        Account.Answers(new PlayedReply(202, SqlApi.Running()) { After = answer.Task }).Answers(200, "{}");
        await using var sql = Sql();

        var query = sql.QueryAsync("CALL slow()", [], source.Token);
        await arrival;
        await source.CancelAsync();
        answer.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.EndsWith("/cancel", Account.Requests.Last().Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_between_attempts_ends_at_once()
    {
        Time = new ImpatientTime { Kept = TimeSpan.FromSeconds(40) };
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Account.Answers(new PlayedReply(503, "") { Headers = new Dictionary<string, string> { ["Retry-After"] = "40" } });
        await using var sql = Sql();
        var paused = Time.TimerOf(TimeSpan.FromSeconds(40));

        var query = sql.QueryAsync("SELECT 1", [], source.Token);
        await paused;
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Single(Account.Requests);
    }

    [Fact]
    public async Task A_cancellation_that_Snowflake_does_not_take_is_told()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Account
            .Answers(202, SqlApi.Running())
            .Answers(_ =>
            {
                source.Cancel();
                return new PlayedReply(202, SqlApi.Running());
            })
            .Answers(422, SqlApi.Failed("000709", "Statement not found", "02000"));
        await using var sql = Sql();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sql.QueryAsync("CALL slow()", [], source.Token));

        Assert.Contains(Logs.Entries, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("may run on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_already_sends_nothing()
    {
        await using var sql = Sql();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sql.QueryAsync("SELECT 1", [], new CancellationToken(canceled: true)));

        Assert.Empty(Account.Requests);
    }
}
