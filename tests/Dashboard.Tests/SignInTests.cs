using System.Net;
using System.Text;
using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>Who gets in, and with what.</summary>
public sealed class SignInTests(Chromium chromium, FilledSite site) : IClassFixture<Chromium>, IClassFixture<FilledSite>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_without_a_key_is_asked_for_one_and_comes_back_to_where_it_wanted()
    {
        await using var window = await chromium.OpenAsync(site.Address);
        await window.Page.GotoAsync("/silos");
        await window.Page.GetByLabel("Key").FillAsync("nobodys-0123456789abcdef012");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("nobody's");
        await window.Page.GetByLabel("Key").FillAsync(FilledSite.Reader);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Assertions.Expect(window.Page.Locator("h1")).ToHaveTextAsync("Silos");
        var cookie = (await window.Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "customertrack-session");
        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Strict, cookie.SameSite);
        Assert.DoesNotContain(FilledSite.Reader, cookie.Value, StringComparison.Ordinal);

        await window.ConnectedAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(window.Page.GetByLabel("Key")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_session_reads_what_its_role_may_changes_nothing_by_itself_and_cannot_be_forged()
    {
        var cookie = await SessionAsync(FilledSite.Operator);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Get, "api/status", cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Post, "api/customer", cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Get, "api/status", cookie.Replace("operator", "reader", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Get, "api/status", cookie[..^2] + (cookie.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA")));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(HttpMethod.Get, "api/customer/C1", await SessionAsync(FilledSite.Reader)));
    }

    [Fact]
    public async Task The_connection_of_a_page_is_for_pages_of_this_address_only()
    {
        var cookie = await SessionAsync(FilledSite.Operator);

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Post, "_blazor/negotiate?negotiateVersion=1", cookie: null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Post, "_blazor/negotiate?negotiateVersion=1", cookie, origin: "http://127.0.0.1:1"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Post, "_blazor/negotiate?negotiateVersion=1", cookie, origin: site.Address.GetLeftPart(UriPartial.Authority)));
    }

    private async Task<string> SessionAsync(string key)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = site.Address };
        using var form = new FormUrlEncodedContent([new("key", key)]);
        using var answer = await http.PostAsync("session", form, Token);
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private async Task<HttpStatusCode> AskAsync(HttpMethod method, string path, string? cookie, string? origin = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = site.Address };
        using var request = new HttpRequestMessage(method, path);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent("""{"customer_id":"1","updated_at":"2024-05-01T00:00:00Z"}""" + "\n", Encoding.UTF8, "application/x-ndjson");
        }

        using var answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }
}
