using System.Net;
using System.Text.Json;
using CustomerTrack.Live;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerTrack.Audit;

/// <summary>What Orleans' own dashboard can show of customers, and who looked.</summary>
public sealed class OrleansReadsTests(LiveSite site) : IClassFixture<LiveSite>
{
    private const string Grain = "CustomerTrack.Detect.CustomerGrain";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_in_it_tells_a_key_or_a_value_of_a_customer()
    {
        await ActivateAsync();
        using var person = site.As(LiveSite.Person);
        string? silo = null;
        await UntilAsync(async () => (silo = await SiloAsync(person)) is not null);
        var types = await person.GetStringAsync("orleans/GrainTypes", Cancellation);
        Assert.Contains(Grain, types, StringComparison.Ordinal);
        string[] addresses =
        [
            "DashboardCounters", "ClusterStats", "Reminders", "Reminders/1", $"HistoricalStats/{silo}", $"SiloProperties/{silo}", $"SiloMetadata/{silo}", $"SiloStats/{silo}", $"SiloCounters/{silo}",
            $"GrainStats/{Grain}", "TopGrainMethods", "LifecycleStages", "GrainTypes", "version",
            .. JsonElement.Parse(types).EnumerateArray().Select(type => $"GrainState?grainId=customer/C-marked&grainType={type.GetString()}"),
        ];

        foreach (var address in addresses)
        {
            using var answer = await person.GetAsync("orleans/" + address, Cancellation);
            var text = await answer.Content.ReadAsStringAsync(Cancellation);

            // What was asked may be said again: that it is no number.
            var isTold = text.Contains("C-marked", StringComparison.Ordinal) && !text.Contains("Error when trying to convert grain Id", StringComparison.Ordinal);
            Assert.False(isTold || text.Contains("secret-mark", StringComparison.Ordinal) || text.Contains("Ulm", StringComparison.Ordinal), $"{address}: {text}");
        }
    }

    [Fact]
    public void There_are_no_other_addresses_in_it_than_were_looked_at()
    {
        var patterns = site.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!).Where(pattern => pattern.StartsWith("/orleans", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(
            new[]
            {
                "/", "/index.html", "/favicon.ico", "/index.min.js", "/index.css", "/fonts/{**path}", "/img/{**path}", "/version", "/DashboardCounters", "/ClusterStats", "/Reminders", "/Reminders/{page:int}",
                "/HistoricalStats/{*path}", "/SiloProperties/{*address}", "/SiloMetadata/{*address}", "/SiloStats/{*address}", "/SiloCounters/{*address}", "/GrainStats/{*grainName}", "/TopGrainMethods",
                "/GrainState", "/LifecycleStages", "/GrainTypes", "/Trace",
            }.Select(path => "/orleans" + path).Order(StringComparer.Ordinal),
            patterns);
    }

    [Fact]
    public async Task Who_asks_about_a_grain_is_recorded_with_the_customer()
    {
        var before = Lines().Count;
        using var person = site.As(LiveSite.Person);
        using var reader = site.As(LiveSite.Reader);

        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"orleans/GrainState?grainId=customer/C-marked&grainType={Grain}", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"orleans/grainstate?grainId=0&grainType={Grain}", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("orleans/Reminders/1", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("orleans/DashboardCounters", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync($"orleans/GrainState?grainId=customer/C-marked&grainType={Grain}", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await person.GetAsync("orleans/Trace", Cancellation)).StatusCode);

        var hash = site.Services.GetRequiredService<AuditLog>().HashOf("customer", "C-marked");
        var lines = Lines().Skip(before).Select(line => JsonElement.Parse(line)).Where(line => line.GetProperty("action").GetString() == "read_grains").ToList();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.Equal(("person", "api_key", "done"), (line.GetProperty("who").GetString(), line.GetProperty("by").GetString(), line.GetProperty("outcome").GetString())));
        Assert.Equal(("customer", hash), (lines[0].GetProperty("dimension").GetString(), lines[0].GetProperty("key_hashes")[0].GetString()));
        Assert.False(lines[1].TryGetProperty("key_hashes", out _));
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_answered()
    {
        var own = new LiveSite();
        await own.InitializeAsync();
        await using (own)
        {
            // A folder where the file would be: that nobody can write to, whoever runs the test.
            var folder = own.Services.GetRequiredService<AuditFolder>();
            Directory.CreateDirectory(folder.FileOf(DateOnly.FromDateTime(DateTime.UtcNow)));
            Directory.CreateDirectory(folder.FileOf(DateOnly.FromDateTime(DateTime.UtcNow.AddDays(1))));
            using var person = own.As(LiveSite.Person);

            using var answer = await person.GetAsync($"orleans/GrainState?grainId=customer/C-marked&grainType={Grain}", Cancellation);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("audit log", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("orleans/DashboardCounters", Cancellation)).StatusCode);
        }
    }

    private async Task ActivateAsync()
    {
        using var person = site.As(LiveSite.Person);
        await site.PostAsync("""{"id":"C-marked","at":1,"city":"Ulm","email":"secret-mark@x"}""");
        await UntilAsync(async () => (await person.GetAsync("api/customer/C-marked", Cancellation)).StatusCode == HttpStatusCode.OK);
    }

    // It counts once a second at most, and knows no silo before.
    private static async Task<string?> SiloAsync(HttpClient http)
    {
        var hosts = JsonElement.Parse(await http.GetStringAsync("orleans/DashboardCounters", Cancellation)).GetProperty("hosts");
        return hosts.GetArrayLength() == 0 ? null : hosts[0].GetProperty("siloAddress").GetString();
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private List<string> Lines() => [.. Directory.GetFiles(Path.Combine(site.Data, "audit"), "*.ndjson").Order(StringComparer.Ordinal).SelectMany(File.ReadLines)];
}
