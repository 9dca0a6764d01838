using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CustomerTrack.Generator;
using CustomerTrack.Harness;

namespace CustomerTrack.EndToEnd;

/// <summary>The HTTP API of a running service, against the tables.</summary>
public sealed class HttpTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private Site _site = null!;
    private RunningService _service = null!;
    private GeneratedFeed _feed = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site = new(_folder.In("data"), Harness.Definitions.Write(_folder.Path));
        _feed = GeneratedFeed.Build(Feeds.Disorderly(7, 3_000, 300), _site.Dimension);
        foreach (var file in _feed.Files)
        {
            _site.Land(file.Name, _feed.Encode(file.Rows));
        }

        _service = await _site.ServeAsync(Token);
        await _service.DrainAsync(TimeSpan.FromMinutes(1), Token);
    }

    [Fact]
    public async Task Posted_records_are_accepted_once_durable_and_become_versions_like_any_others()
    {
        const string Record = """{"customer_id":"posted-1","first_name":"Ada","updated_at":"2024-05-01T00:00:00Z"}""";
        using var body = new StringContent(Record + "\nnot json\n", Encoding.UTF8, "application/x-ndjson");

        var answer = await _service.Http.PostAsync("api/customer", body, Token);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var file = (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("file").GetString();
        await _service.DrainAsync(TimeSpan.FromMinutes(1), Token);
        var current = await _service.Http.GetFromJsonAsync<JsonElement>("api/customer/posted-1", Token);
        Assert.Equal("Ada", current.GetProperty("first_name").GetString());
        Assert.Equal(file, current.GetProperty("source_file").GetString());
        using var elsewhere = new StringContent(Record, Encoding.UTF8, "application/x-ndjson");
        await MustBeProblemAsync(await _service.Http.PostAsync("api/nothing", elsewhere, Token), HttpStatusCode.NotFound);
        using var text = new StringContent(Record, Encoding.UTF8, "text/plain");
        await MustBeProblemAsync(await _service.Http.PostAsync("api/customer", text, Token), HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task The_grain_gives_every_customers_history_current_and_past_versions_as_the_answer_key_has_them()
    {
        foreach (var customer in _feed.AnswerKey.History().GroupBy(row => row.Key).Take(60))
        {
            var expected = customer.ToList();
            var history = await _service.Http.GetFromJsonAsync<JsonElement>($"api/customer/{customer.Key}/history", Token);
            Assert.Equal(expected.Select(Text), history.EnumerateArray().Select(Text));

            var current = await _service.Http.GetAsync($"api/customer/{customer.Key}", Token);
            if (expected[^1].ValidTo is null)
            {
                Assert.Equal(Text(expected[^1]), Text(await current.Content.ReadFromJsonAsync<JsonElement>(Token)));
            }
            else
            {
                await MustBeProblemAsync(current, HttpStatusCode.NotFound);
            }

            foreach (var version in expected)
            {
                var asOf = await _service.Http.GetFromJsonAsync<JsonElement>($"api/customer/{customer.Key}?asOf={Time(version.ValidFrom)}", Token);
                Assert.Equal(Text(version), Text(asOf));
            }

            await MustBeProblemAsync(await _service.Http.GetAsync($"api/customer/{customer.Key}?asOf={Time(expected[0].ValidFrom - 1)}", Token), HttpStatusCode.NotFound);
        }
    }

    [Theory]
    [InlineData("api/customer/nobody", HttpStatusCode.NotFound, "unknown")]
    [InlineData("api/customer/nobody/history", HttpStatusCode.NotFound, "unknown")]
    [InlineData("api/animal/C00000001", HttpStatusCode.NotFound, "animal")]
    [InlineData("api/customer/C00000001?asOf=noon", HttpStatusCode.BadRequest, "noon")]
    [InlineData("api/nothing/at/all/here", HttpStatusCode.NotFound, "")]
    public async Task What_is_not_there_or_not_meant_is_a_problem_document(string address, HttpStatusCode code, string named) =>
        Assert.Contains(named, await MustBeProblemAsync(await _service.Http.GetAsync(address, Token), code), StringComparison.Ordinal);

    [Fact]
    public async Task The_status_agrees_with_the_tables_and_the_feed()
    {
        await _site.VerifyAsync(Token);
        await Fact.AwaitAsync(
            async () => (await _service.StatusAsync(Token)).GetProperty("dimensions")[0].GetProperty("waitingDeltas").GetInt64() == 0, TimeSpan.FromMinutes(1), Token);
        var status = await _service.StatusAsync(Token);

        Assert.Equal(JsonValueKind.Null, status.GetProperty("failure").ValueKind);
        var ingested = status.GetProperty("ingested");
        Assert.Equal(_feed.Files.Count, ingested.GetProperty("files").GetInt64());
        Assert.Equal(_feed.AnswerKey.Counts.Rows, ingested.GetProperty("rows").GetInt64());
        Assert.Equal(_feed.AnswerKey.Counts.Dirty, ingested.GetProperty("quarantined").EnumerateObject().Sum(reason => reason.Value.GetInt64()));
        var tables = status.GetProperty("dimensions")[0];
        Assert.Equal("customer", tables.GetProperty("dimension").GetString());
        Assert.Equal(await _site.NumberAsync("SELECT count(*) FROM customer", Token), tables.GetProperty("currentRows").GetInt64());
        Assert.Equal(await _site.NumberAsync("SELECT count(*) FROM customer_history", Token), tables.GetProperty("historyRows").GetInt64());
        Assert.Equal(_feed.AnswerKey.History().Count(), tables.GetProperty("historyRows").GetInt64());
    }

    [Fact]
    public async Task Health_metrics_and_the_description_are_served()
    {
        Assert.Equal(HttpStatusCode.OK, (await _service.Http.GetAsync("healthz/live", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _service.Http.GetAsync("healthz/ready", Token)).StatusCode);

        var metrics = await _service.Http.GetStringAsync("metrics", Token);
        Assert.Contains("customertrack_ingest_rows", metrics, StringComparison.Ordinal);
        Assert.Contains("customertrack_load_rows", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("C00000001", metrics, StringComparison.Ordinal);

        var description = await _service.Http.GetFromJsonAsync<JsonElement>("openapi/v1.json", Token);
        Assert.True(description.GetProperty("paths").TryGetProperty("/api/{dimension}/{key}", out _));
        Assert.True(description.GetProperty("paths").TryGetProperty("/api/status", out _));
    }

    [Fact]
    public async Task What_commands_use_is_refused_without_the_folders_token()
    {
        using var content = new StringContent("""{"sql":"SELECT 1"}""", Encoding.UTF8, "application/json");

        // Whoever can read the data folder has the token; nobody else gets an answer.
        var answer = await _service.Http.PostAsync("internal/pipeline/query", content, Token);

        Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"The answer is {answer.StatusCode}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static async Task<string> MustBeProblemAsync(HttpResponseMessage answer, HttpStatusCode code)
    {
        Assert.Equal(code, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static string Time(long microseconds) => Records.SequenceText.Format(microseconds, new(Dimensions.ColumnKind.Timestamp));

    private string Text(AnswerRow row) =>
        string.Join('|', [row.Key, .. row.Values.Select(value => value ?? "<null>"), Time(row.ValidFrom), row.ValidTo is { } to ? Time(to) : "<null>"]);

    private string Text(JsonElement version) => string.Join('|', _site.Dimension.Key.Select(key => key.Name).Concat(_site.Dimension.Columns.Select(column => column.Name)).Concat(["valid_from", "valid_to"])
        .Select(name => version.GetProperty(name).GetString() ?? "<null>"));
}
