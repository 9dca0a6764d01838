using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cli.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Cli;

public sealed class HttpPipelineClientTests : IAsyncLifetime
{
    private readonly FakePipeline _pipeline = new();
    private WebApplication _server = null!;
    private HttpPipelineClient _client = null!;
    private ProcessAddress _address = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _address = new() { Pid = 1, Url = new("http://127.0.0.1"), Token = "secret", StartedAt = DateTimeOffset.UnixEpoch };
        _server.MapPipeline(_address.Token, _pipeline);
        await _server.StartAsync(Cancellation);
        _address = _address with { Url = new(_server.Urls.Single()) };
        _client = new(_address);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Rows_arrive_as_they_were()
    {
        await using var result = await _client.QueryAsync("SELECT 'ü'", Cancellation);
        var rows = await ReadAsync(result);

        Assert.Equal(["id", "n", "on", "text"], result.Columns);
        Assert.Equal(_pipeline.Rows.Select(row => row.Select(Cell.Of)), rows);
        Assert.Equal(["SELECT 'ü'"], _pipeline.Asked);
    }

    [Fact]
    public async Task Many_rows_arrive_whole()
    {
        _pipeline.Rows = [.. Enumerable.Range(0, 20_000).Select(i => new object?[] { $"key {i}", i, i % 2 == 0, new string('x', i % 50) })];

        await using var result = await _client.HistoryAsync(new() { Key = "C1" }, Cancellation);

        Assert.Equal(_pipeline.Rows.Select(row => row.Select(Cell.Of)), await ReadAsync(result));
        Assert.Equal([new HistoryRequest { Key = "C1" }], _pipeline.Asked);
    }

    [Fact]
    public async Task Reports_arrive_with_their_progress()
    {
        var progress = new NewestProgress();
        var report = await _client.IngestAsync(new() { Files = ["/a.csv"], As = IngestShape.Debezium }, progress, Cancellation);
        var verified = await _client.VerifyAsync(new(), Cancellation);
        var replayed = await _client.ReplayRejectsAsync("bad_value", Cancellation);

        Assert.Equal((10, 1), (report.Rows, report.Quarantined["null_key"]));
        Assert.True(verified.Agrees);
        Assert.Equal(2, replayed.Quarantined["bad_value"]);
        Assert.Equal(IngestShape.Debezium, Assert.IsType<IngestRequest>(_pipeline.Asked[0]).As);
        Assert.Equal("bad_value", _pipeline.Asked[2]);
    }

    [Fact]
    public async Task A_failure_amid_the_rows_is_not_taken_for_their_end()
    {
        _pipeline.Failure = new CommandFailedException("The disk broke.");
        await using var result = await _client.QueryAsync("SELECT 1", Cancellation);

        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => ReadAsync(result));

        Assert.Equal("The disk broke.", failed.Message);
    }

    [Fact]
    public async Task A_usage_error_stays_one()
    {
        _pipeline.Failure = new UsageException("Name a dimension with --into.");

        var refused = await Assert.ThrowsAsync<UsageException>(() => _client.VerifyAsync(new(), Cancellation));

        Assert.Equal("Name a dimension with --into.", refused.Message);
    }

    [Fact]
    public async Task Without_the_token_nothing_is_answered()
    {
        await using var stranger = new HttpPipelineClient(_address with { Token = "guess" });

        var refused = await Assert.ThrowsAsync<CommandFailedException>(() => stranger.QueryAsync("SELECT 1", Cancellation));

        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_pipeline.Asked);
    }

    [Fact]
    public async Task A_process_that_does_not_answer_is_named()
    {
        await _server.StopAsync(Cancellation);

        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => _client.QueryAsync("SELECT 1", Cancellation));

        Assert.Contains(_address.Url.ToString(), failed.Message, StringComparison.Ordinal);
    }

    private static async Task<List<IReadOnlyList<Cell>>> ReadAsync(Result result)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        await foreach (var row in result.Rows.WithCancellation(Cancellation))
        {
            rows.Add(row);
        }

        return rows;
    }
}
