using System.Text;
using System.Text.Json;
using CustomerTrack.Harness;
using CustomerTrack.OpenId;
using CustomerTrack.RedisServer;
using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>People who sign in through an OpenID provider, in a browser.</summary>
public sealed class ProviderSignInTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private const string Key = "operator-0123456789abcdef01";
    private const string CustomerPage = "/customer?of=customer&key=C1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private OpenIdProvider _provider = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Chromium.Need();
        _provider = await OpenIdProvider.StartAsync(Token);
        _provider.People["reader"] = new("s-reader", "Rea Der", new[] { "customertrack.read" });
        _provider.People["person"] = new("s-person", "Per Son", new[] { "customertrack.read-pii" });
        _provider.People["stranger"] = new("s-stranger", "Stran Ger", new[] { "gardener" });
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_person_sees_what_the_roles_allow_is_told_why_not_and_signs_out()
    {
        var site = new Site(_folder.In("data"), Definitions.Write(_folder.Path, pii: ["first_name", "last_name", "email", "street"]));
        Configure(site.Environment);
        site.Environment["CUSTOMERTRACK_Api__Keys__robot__Key"] = Key;
        site.Environment["CUSTOMERTRACK_Api__Keys__robot__Role"] = "Operate";
        await using var service = await site.ServeAsync(Token);
        service.Http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        site.Land("customer_1.csv", Encoding.UTF8.GetBytes("customer_id,first_name,last_name,email,city,updated_at,op\nC1,Marked,Person,marked@example.com,Bonn,2024-01-01T00:00:00Z,\n"));
        await service.DrainAsync(Patience, Token);
        await using var window = await chromium.OpenAsync(service.Http.BaseAddress!);

        // Masked.
        await window.Page.GotoAsync(CustomerPage);
        await AnswerAsync(window, "reader");
        await window.ConnectedAsync();
        await Assertions.Expect(window.Page.Locator("section[aria-label=State]")).ToContainTextAsync("Bonn");
        Assert.EndsWith(CustomerPage, window.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain("marked@example.com", await window.Page.ContentAsync(), StringComparison.Ordinal);
        await SignOutAsync(window, "Rea Der");
        Assert.Equal(["s-reader"], _provider.SignedOut);

        // Not masked.
        await window.Page.GotoAsync(CustomerPage);
        await AnswerAsync(window, "person");
        await window.ConnectedAsync();
        await Assertions.Expect(window.Page.Locator("section[aria-label=State]")).ToContainTextAsync("marked@example.com");
        await SignOutAsync(window, "Per Son");

        // Not at all.
        foreach (var (person, flaw, said) in new[]
        {
            ("stranger", OpenIdFlaw.None, "gives you no role here"), ("Refuse", OpenIdFlaw.None, "refused or called off"), ("person", OpenIdFlaw.State, "not begun in this browser"),
            ("person", OpenIdFlaw.Nonce, "could not be accepted"), ("person", OpenIdFlaw.Expired, "could not be accepted"),
        })
        {
            _provider.Flaw = flaw;
            await window.Page.GotoAsync(CustomerPage);
            await AnswerAsync(window, person);
            await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(said);
            Assert.DoesNotContain("customertrack-signed-in", (await window.Page.Context.CookiesAsync()).Select(cookie => cookie.Name));
            _provider.Flaw = OpenIdFlaw.None;
        }

        // With a key, beside it.
        await window.Page.GetByLabel("Key").FillAsync(Key);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the key" }).ClickAsync();
        await window.ConnectedAsync();
        Assert.EndsWith(CustomerPage, window.Page.Url, StringComparison.Ordinal);

        var log = service.Process.Error;
        Assert.Contains("without a role of ours", log, StringComparison.Ordinal);
        Assert.DoesNotContain(OpenIdProvider.ClientSecret, log, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", log, StringComparison.Ordinal);
        Assert.DoesNotContain("marked@example.com", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_session_ends_so_does_the_connection_of_the_page_and_it_asks_to_sign_in_again()
    {
        var site = new Site(_folder.In("data"), Definitions.Write(_folder.Path));
        Configure(site.Environment);
        site.Environment["CUSTOMERTRACK_Api__Oidc__SessionLifetime"] = "00:00:20";
        await using var service = await site.ServeAsync(Token);
        await using var window = await chromium.OpenAsync(service.Http.BaseAddress!);
        await using var sleeper = await chromium.OpenAsync(service.Http.BaseAddress!);

        // A page that does not ask for itself again by the clock is cut off all the same.
        await sleeper.Page.AddInitScriptAsync("{ const real = window.setTimeout; window.setTimeout = (f, ms, ...more) => ms > 8000 ? 0 : real(f, ms, ...more); }");
        var isCut = false;
        sleeper.Page.WebSocket += (_, socket) => socket.Close += (_, _) => isCut = true;
        foreach (var one in new[] { sleeper, window })
        {
            await one.Page.GotoAsync("/silos");
            await AnswerAsync(one, "reader");
            await one.ConnectedAsync();
        }

        Assert.False(isCut);
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with 127.0.0.1" })).ToBeVisibleAsync(new() { Timeout = (float)Patience.TotalMilliseconds });
        Assert.Contains("return=%2Fsilos", window.Page.Url, StringComparison.Ordinal);
        await Fact.AwaitAsync(() => isCut, Patience, Token);
    }

    [Fact]
    public async Task A_silo_of_a_cluster_takes_the_session_that_another_gave()
    {
        Assert.SkipUnless(RedisProcess.IsInstalled, RedisProcess.WhyMissing ?? "");
        await using var redis = await RedisProcess.StartAsync(_folder.In("redis"), cancellationToken: Token);
        await using var cluster = new ClusterSite(_folder.In("data"), [Definitions.Write(_folder.Path)], silos: 2, redis.Connection);
        Configure(cluster.Environment);
        await cluster.StartAsync(Token);
        var (first, second) = (AddressOf(cluster.Silos[0]), AddressOf(cluster.Silos[1]));
        await using var window = await chromium.OpenAsync(first);
        await window.Page.GotoAsync("/silos");
        await AnswerAsync(window, "reader");
        await window.ConnectedAsync();

        // Cookies know no ports: for the browser it is the same site, as behind a load balancer.
        await window.Page.GotoAsync(new Uri(second, "silos").ToString());
        await window.ConnectedAsync();

        await Assertions.Expect(window.Page.Locator("h1")).ToHaveTextAsync("Silos");
        Assert.Equal(second.Authority, new Uri(window.Page.Url).Authority);
    }

    private static async Task AnswerAsync(Window window, string person)
    {
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with 127.0.0.1" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = person, Exact = true }).ClickAsync();
    }

    private static async Task SignOutAsync(Window window, string name)
    {
        await window.Page.GetByRole(AriaRole.Button, new() { Name = $"Sign out {name}" }).ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("You are signed out.");
    }

    private static Uri AddressOf(ClusterSilo silo) => Site.FilesBelow(Path.Combine(silo.Data, "silos"), "process.json").Select(path => JsonElement.Parse(File.ReadAllBytes(path)))
        .Where(process => process.GetProperty("pid").GetInt32() == silo.Process.Id).Select(process => new Uri(process.GetProperty("url").GetString()!)).Single();

    private void Configure(Dictionary<string, string> environment)
    {
        environment["CUSTOMERTRACK_Api__Oidc__Authority"] = _provider.Url;
        environment["CUSTOMERTRACK_Api__Oidc__ClientId"] = OpenIdProvider.ClientId;
        environment["CUSTOMERTRACK_Api__Oidc__ClientSecretFile"] = _folder.In("client-secret");
        File.WriteAllText(_folder.In("client-secret"), OpenIdProvider.ClientSecret + "\n");
    }
}
