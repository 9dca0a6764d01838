using System.Net;
using System.Net.Http.Headers;
using CustomerTrack.OpenId;

namespace CustomerTrack.Dashboard;

/// <summary>People who sign in through an OpenID provider.</summary>
public sealed class ProviderSignInTests
{
    private const string Cookie = "customertrack-signed-in";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_signs_in_gets_the_page_that_was_asked_for_and_what_the_roles_allow_and_signs_out_at_both()
    {
        await using var site = await ProviderSite.StartAsync();
        using var browser = site.Browser();

        var (address, text) = await browser.SignInAsync("/silos?of=all", "person");

        Assert.Equal(new Uri(site.Host.Url!, "/silos?of=all").ToString(), address);
        Assert.Contains("Sign out Per Son", text, StringComparison.Ordinal);
        var set = browser.Set.Last(one => one.StartsWith(Cookie + "=", StringComparison.Ordinal));
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", set, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", set, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync(HttpMethod.Get, "/api/status"));
        Assert.Equal(HttpStatusCode.NotFound, await browser.StatusAsync(HttpMethod.Get, "/api/customer/C1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync(HttpMethod.Post, "/api/customer"));
        Assert.Contains("\"who\":\"s-person\",\"by\":\"session\",\"action\":\"read_version\"", Assert.Single(Audit(site)), StringComparison.Ordinal);

        (address, text) = await browser.FollowAsync(HttpMethod.Post, "/signout");

        Assert.StartsWith(new Uri(site.Host.Url!, "/signin").ToString(), address, StringComparison.Ordinal);
        Assert.Contains("You are signed out.", text, StringComparison.Ordinal);
        Assert.Equal(["s-person"], site.Provider.SignedOut);
        Assert.DoesNotContain(Cookie, browser.Cookies.Keys);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(site, "api/status", bearer: null));
    }

    [Fact]
    public async Task Roles_are_those_of_the_api()
    {
        await using var site = await ProviderSite.StartAsync();
        foreach (var (person, customer) in new[] { ("reader", HttpStatusCode.Forbidden), ("person", HttpStatusCode.NotFound), ("operator", HttpStatusCode.NotFound) })
        {
            using var browser = site.Browser();
            await browser.SignInAsync("/", person);

            Assert.Equal((person, HttpStatusCode.OK), (person, await browser.StatusAsync(HttpMethod.Get, "/api/status")));
            Assert.Equal((person, customer), (person, await browser.StatusAsync(HttpMethod.Get, "/api/customer/C1")));
        }
    }

    [Fact]
    public async Task Who_has_no_role_or_refuses_is_told_so_and_gets_no_cookie()
    {
        await using var site = await ProviderSite.StartAsync();
        using var browser = site.Browser();

        var (address, text) = await browser.SignInAsync("/silos", "stranger");

        Assert.Contains("gives you no role here", text, StringComparison.Ordinal);
        Assert.Contains("return=%2Fsilos", address, StringComparison.Ordinal);
        Assert.DoesNotContain("gardener", text, StringComparison.Ordinal);

        (_, text) = await browser.SignInAsync("/silos", "");

        Assert.Contains("refused or called off at the provider", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Cookie, browser.Cookies.Keys);
    }

    [Fact]
    public async Task An_answer_that_is_not_what_was_asked_for_is_refused()
    {
        await using var site = await ProviderSite.StartAsync();
        foreach (var flaw in Enum.GetValues<OpenIdFlaw>().Where(flaw => flaw != OpenIdFlaw.None))
        {
            using var browser = site.Browser();
            site.Provider.Flaw = flaw;

            var (_, text) = await browser.SignInAsync("/", "operator");

            Assert.True(text.Contains(flaw == OpenIdFlaw.State ? "was not begun in this browser" : "could not be accepted", StringComparison.Ordinal), $"{flaw}: {text}");
            Assert.DoesNotContain("IDX", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Cookie, browser.Cookies.Keys);

            site.Provider.Flaw = OpenIdFlaw.None;
            Assert.Contains("Sign out Opera Tor", (await browser.SignInAsync("/", "operator")).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sign_in_of_one_browser_is_not_finished_in_another()
    {
        await using var site = await ProviderSite.StartAsync();
        using var attacker = site.Browser();
        var begun = await attacker.FollowAsync(HttpMethod.Get, "/signin/provider");
        using var victim = site.Browser();

        var (_, text) = await victim.AnswerAsync(begun, "operator");

        Assert.Contains("was not begun in this browser", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Cookie, victim.Cookies.Keys);
    }

    [Fact]
    public async Task Nobody_is_sent_to_another_site_afterwards()
    {
        await using var site = await ProviderSite.StartAsync(new() { ["CustomerTrack:Api:Keys:robot:Key"] = ProviderSite.Key });
        foreach (var wanted in new[] { "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example/", "javascript:alert(1)", "" })
        {
            using var browser = site.Browser();
            var asked = await browser.FollowAsync(HttpMethod.Get, "/signin/provider?return=" + Uri.EscapeDataString(wanted));

            Assert.Equal(site.Host.Url!.ToString(), (await browser.AnswerAsync(asked, "reader")).Address);

            using var form = new FormUrlEncodedContent([new("key", ProviderSite.Key), new("return", wanted)]);
            using var answer = await browser.AskAsync(HttpMethod.Post, "/session", form);
            Assert.Equal("/", answer.Headers.Location?.OriginalString);
            Assert.DoesNotContain(Cookie, browser.Cookies.Keys);
        }
    }

    [Fact]
    public async Task Keys_and_tokens_go_on_beside_it_and_the_page_offers_what_there_is()
    {
        await using var site = await ProviderSite.StartAsync(new()
        {
            ["CustomerTrack:Api:Keys:robot:Key"] = ProviderSite.Key, ["CustomerTrack:Api:Keys:robot:Role"] = "Operate", ["CustomerTrack:Api:Oidc:Audience"] = "customertrack",
        });
        using var browser = site.Browser();

        var (_, page) = await browser.FollowAsync(HttpMethod.Get, "/");
        Assert.Contains("Sign in with 127.0.0.1", page, StringComparison.Ordinal);
        Assert.Contains("Sign in with the key", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, "api/status", ProviderSite.Key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, "api/status", site.Provider.Token("robot", "customertrack.read")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(site, "api/customer/C1", site.Provider.Token("robot", "customertrack.read")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(site, "api/status", site.Provider.Token("robot", "customertrack.read", audience: OpenIdProvider.ClientId)));

        await using var alone = await ProviderSite.StartAsync();
        using var other = alone.Browser();
        Assert.DoesNotContain("name=\"key\"", (await other.FollowAsync(HttpMethod.Get, "/")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(alone, "api/status", alone.Provider.Token("robot", "customertrack.read")));
    }

    [Fact]
    public async Task A_provider_that_is_away_is_told_in_words()
    {
        await using var site = await ProviderSite.StartAsync();
        using var browser = site.Browser();
        await site.Provider.DisposeAsync();

        Assert.Contains("The provider cannot be reached.", (await browser.FollowAsync(HttpMethod.Get, "/signin/provider?return=%2Fsilos")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_outlives_a_restart_and_not_its_time_nor_does_what_was_begun_with_it()
    {
        await using var site = await ProviderSite.StartAsync(new() { ["CustomerTrack:Api:Oidc:SessionLifetime"] = "00:00:40" });
        using var browser = site.Browser();
        var begun = DateTime.UtcNow;
        await browser.SignInAsync("/", "reader");
        await site.RestartAsync();
        browser.Site = site.Host.Url!;

        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync(HttpMethod.Get, "/api/status"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(site.Data, "session-keys")));
        }

        // A stream of changes goes on until it is cut.
        await Assert.ThrowsAsync<HttpRequestException>(() => browser.AskAsync(HttpMethod.Get, "/api/customer/changes"));
        Assert.Equal(HttpStatusCode.Found, await browser.StatusAsync(HttpMethod.Get, "/api/status"));
        Assert.InRange(DateTime.UtcNow - begun, TimeSpan.FromSeconds(39), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Behind_a_proxy_addresses_are_those_of_the_browser_and_cookies_are_for_https()
    {
        await using var site = await ProviderSite.StartAsync(new() { ["CustomerTrack:Api:PublicUrl"] = "https://customers.example.com" });
        using var browser = new PlayedBrowser(site.Host.Url!) { PublicUrl = new("https://customers.example.com") };

        var (address, text) = await browser.SignInAsync("/silos", "reader");

        Assert.Equal("https://customers.example.com/silos", address);
        Assert.Contains("Sign out Rea Der", text, StringComparison.Ordinal);
        Assert.All(browser.Set.Where(set => !set.Contains("expires=Thu, 01 Jan 1970", StringComparison.Ordinal)), set => Assert.Contains("secure", set, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("You are signed out.", (await browser.FollowAsync(HttpMethod.Post, "/signout")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_provider_nothing_of_it_is_there()
    {
        await using var site = await ProviderSite.StartAsync(new()
        {
            ["CustomerTrack:Api:Oidc:Authority"] = null, ["CustomerTrack:Api:Oidc:ClientId"] = null, ["CustomerTrack:Api:Oidc:ClientSecret"] = null,
        });
        using var browser = site.Browser();

        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync(HttpMethod.Get, "/"));
        Assert.Equal(HttpStatusCode.NotFound, await browser.StatusAsync(HttpMethod.Get, "/signin/provider"));
        Assert.False(Directory.Exists(Path.Combine(site.Data, "session-keys")));
        Assert.Null(site.Host.Services.GetService(typeof(Microsoft.AspNetCore.Authentication.OpenIdConnect.OpenIdConnectHandler)));
    }

    private static List<string> Audit(ProviderSite site) => [.. Directory.GetFiles(Path.Combine(site.Data, "audit"), "*.ndjson").SelectMany(File.ReadLines)];

    private static async Task<HttpStatusCode> StatusAsync(ProviderSite site, string address, string? bearer)
    {
        using var http = new HttpClient { BaseAddress = site.Host.Url };
        http.DefaultRequestHeaders.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        using var answer = await http.GetAsync(address, Cancellation);
        return answer.StatusCode;
    }
}
