using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cli.Running;
using CustomerTrack.Cli.Verbs;
using CustomerTrack.Hosting;

namespace CustomerTrack.Api;

/// <summary>A service that listens on every address, with a key of each role.</summary>
public sealed class ApiAccessTests : IAsyncLifetime
{
    private const string Reader = "reader-0123456789abcdef0123";
    private const string Person = "person-0123456789abcdef0123";
    private const string Operator = "operator-0123456789abcdef01";

    private readonly TempFolder _folder = new();
    private readonly Spoken _spoken = new();
    private PipelineHost _host = null!;
    private ProcessAddress _address = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await PipelineHost.StartAsync(
            Arguments(new()
            {
                ["CustomerTrack:Api:Keys:reader:Key"] = Reader,
                ["CustomerTrack:Api:Keys:person:Key"] = Person,
                ["CustomerTrack:Api:Keys:person:Role"] = "ReadPii",
                ["CustomerTrack:Api:Keys:operator:Key"] = Operator,
                ["CustomerTrack:Api:Keys:operator:Role"] = "Operate",
            }),
            new("http://0.0.0.0:0"),
            Cancellation);
        _address = RunningProcess.Read(DataFolder.At(_folder.Of("data")))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _spoken.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("GET", "healthz/live", 200, 200, 200, 200)]
    [InlineData("GET", "healthz/ready", 200, 200, 200, 200)]
    [InlineData("GET", "api/status", 401, 200, 200, 200)]
    [InlineData("GET", "metrics", 401, 200, 200, 200)]
    [InlineData("GET", "openapi/v1.json", 401, 200, 200, 200)]
    [InlineData("GET", "api/customer/nobody", 401, 403, 404, 404)]
    [InlineData("GET", "api/customer/nobody/history", 401, 403, 404, 404)]
    [InlineData("POST", "api/customer", 401, 403, 403, 202)]
    [InlineData("GET", "no/such/address", 401, 403, 403, 404)]
    public async Task Each_role_may_do_what_the_ones_before_it_may_and_more(string method, string path, int nobody, int reader, int person, int all)
    {
        foreach (var (key, expected) in new[] { (null, nobody), ("x" + Operator, path.StartsWith("healthz", StringComparison.Ordinal) ? 200 : 401), (Reader, reader), (Person, person), (Operator, all) })
        {
            Assert.Equal((HttpStatusCode)expected, await AskAsync(method, path, request => request.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key)));
            Assert.Equal((HttpStatusCode)expected, await AskAsync(method, path, request => request.Add("X-Api-Key", key is null ? [] : [key])));
        }
    }

    [Fact]
    public async Task Who_has_no_key_is_told_how_to_send_one_in_a_problem_document()
    {
        using var http = new HttpClient { BaseAddress = _address.Url };
        using var answer = await http.GetAsync("api/status", Cancellation);

        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Commands_on_this_machine_need_no_key_but_the_folders_token()
    {
        Assert.Equal("127.0.0.1", _address.Url.Host);
        await using var client = new HttpPipelineClient(_address);
        await using var result = await client.QueryAsync("SELECT 1 AS one", Cancellation);

        Assert.Equal(["one"], result.Columns);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("POST", "internal/pipeline/query", request => request.Authorization = new("Bearer", Operator)));
    }

    [Fact]
    public async Task Health_asks_without_a_key_and_ends_with_1_when_nobody_answers()
    {
        var verb = HealthVerb.Create(_spoken.Output);

        Assert.Equal(0, await verb.Parse(["--url", _address.Url.ToString(), "--ready"]).InvokeAsync(cancellationToken: Cancellation));
        Assert.Contains("Healthy", _spoken.Out, StringComparison.Ordinal);
        var root = CommandLine.Create(new(_folder.Path), [verb]);
        await _host.DisposeAsync();
        _host = null!;
        Assert.Equal(1, await CommandLine.RunAsync(root, ["health", "--url", _address.Url.ToString()], _spoken.Output, Cancellation));
        Assert.Contains("does not answer", _spoken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_another_address_than_loopback_is_refused_before_anything_is_made()
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => PipelineHost.StartAsync(Arguments([], "other"), new("http://0.0.0.0:0"), Cancellation));

        Assert.Contains("no authentication is configured", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Of("other")));
    }

    private async Task<HttpStatusCode> AskAsync(string method, string path, Action<HttpRequestHeaders> sign)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new(method), new Uri(_address.Url, path));
        sign(request.Headers);
        if (method == "POST")
        {
            request.Content = new StringContent("""{"customer_id":"1","updated_at":"2024-05-01T00:00:00Z"}""" + "\n", Encoding.UTF8, "application/x-ndjson");
        }

        using var answer = await http.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private CommonArguments Arguments(Dictionary<string, string?> settings, string folder = "data")
    {
        var definition = _folder.Of("customer.json");
        File.WriteAllText(definition, """
            { "name": "customer", "key": ["customer_id"], "sequence": { "column": "updated_at", "type": "timestamp" }, "columns": { "city": { "type": "text" } } }
            """);
        return new() { Data = _folder.Of(folder), Dimensions = [definition], Settings = settings };
    }
}
