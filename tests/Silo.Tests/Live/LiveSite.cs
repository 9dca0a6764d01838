using System.Net.Http.Headers;
using System.Text;
using CustomerTrack.Cli;
using CustomerTrack.Hosting;

namespace CustomerTrack.Live;

/// <summary>A service with a key of each role, whose customers have a personal column.</summary>
public sealed class LiveSite : IAsyncLifetime
{
    public const string Reader = "reader-0123456789abcdef0123";
    public const string Person = "person-0123456789abcdef0123";
    public const string Operator = "operator-0123456789abcdef01";

    private readonly TempFolder _folder = new();
    private PipelineHost _host = null!;
    private int _posted;

    public string Data => _folder.Of("data");

    public IServiceProvider Services => _host.Services;

    internal static CommonArguments Arguments(TempFolder folder, Dictionary<string, string?> settings)
    {
        var definition = folder.Of("customer.json");
        File.WriteAllText(definition, """
            {
              "name": "customer", "key": ["id"], "sequence": { "column": "at", "type": "int64" }, "operation": { "column": "op", "delete": ["d"] },
              "columns": { "city": { "type": "text" }, "email": { "type": "text" }, "points": { "type": "int64" } }, "pii": ["email"]
            }
            """);
        return new() { Data = folder.Of("data"), Dimensions = [definition], Settings = settings };
    }

    public async ValueTask InitializeAsync() => _host = await PipelineHost.StartAsync(
        Arguments(_folder, new()
        {
            ["CustomerTrack:Api:Keys:reader:Key"] = Reader,
            ["CustomerTrack:Api:Keys:person:Key"] = Person,
            ["CustomerTrack:Api:Keys:person:Role"] = "ReadPii",
            ["CustomerTrack:Api:Keys:operator:Key"] = Operator,
            ["CustomerTrack:Api:Keys:operator:Role"] = "Operate",
            ["CustomerTrack:Live:Keep"] = "200",
            ["CustomerTrack:Live:Heartbeat"] = "00:00:00.200",
        }),
        new("http://127.0.0.1:0"),
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Calls the API as the holder of a key, or as nobody.</summary>
    public HttpClient As(string? key)
    {
        var http = new HttpClient { BaseAddress = _host.Url, Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    /// <summary>A key nobody used before.</summary>
    public string NewKey() => $"C{Interlocked.Increment(ref _posted)}";

    /// <summary>Sends records in; they are durable in landing when it returns.</summary>
    public async Task PostAsync(params IEnumerable<string> records)
    {
        using var http = As(Operator);
        using var body = new StringContent(string.Join('\n', records) + "\n", Encoding.UTF8, "application/x-ndjson");
        using var answer = await http.PostAsync("api/customer", body, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
