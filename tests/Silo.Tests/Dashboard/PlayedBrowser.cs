using System.Net;
using System.Text.RegularExpressions;

namespace CustomerTrack.Dashboard;

/// <summary>What a browser does with redirects, forms and cookies, a step at a time. Each server has its own cookies; Secure and Path are looked at by tests, not by it.</summary>
internal sealed partial class PlayedBrowser(Uri site) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    /// <summary>The site's cookies by name.</summary>
    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>Everything the site set, as it came.</summary>
    public List<string> Set { get; } = [];

    /// <summary>Where browsers believe the site to be; its address by default.</summary>
    public Uri PublicUrl { get; init; } = site;

    /// <summary>Where the site is.</summary>
    public Uri Site { get; set; } = site;

    /// <summary>Asks for a page of the site, or of another where the address says so, and follows no redirect.</summary>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string address, HttpContent? content = null)
    {
        var wanted = new Uri(PublicUrl, address);
        var isOurs = wanted.Authority == PublicUrl.Authority;
        using var request = new HttpRequestMessage(method, isOurs ? new Uri(Site, wanted.PathAndQuery) : wanted) { Content = content };
        request.Headers.Accept.ParseAdd("text/html");
        if (isOurs && Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        foreach (var set in answer.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            Set.Add(set);
            var (name, value) = (set[..set.IndexOf('=', StringComparison.Ordinal)], set[(set.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(';')[0]);
            if (value.Length == 0)
            {
                Cookies.Remove(name);
            }
            else
            {
                Cookies[name] = value;
            }
        }

        return answer;
    }

    public async Task<HttpStatusCode> StatusAsync(HttpMethod method, string address)
    {
        using var answer = await AskAsync(method, address);
        return answer.StatusCode;
    }

    /// <summary>Asks for a page, goes where it is sent, and returns where it ends and what it says there.</summary>
    public async Task<(string Address, string Text)> FollowAsync(HttpMethod method, string address, HttpContent? content = null)
    {
        for (var steps = 0; steps < 10; steps++)
        {
            using var answer = await AskAsync(method, address, content);
            if (answer.Headers.Location is not { } next)
            {
                return (address, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
            }

            (method, address, content) = (HttpMethod.Get, new Uri(new Uri(PublicUrl, address), next).ToString(), null);
        }

        throw new InvalidOperationException($"It is sent on for ever; at last to {address}.");
    }

    /// <summary>Wants a page, is asked to sign in, and says at the provider who they are; nobody to refuse.</summary>
    public async Task<(string Address, string Text)> SignInAsync(string page, string person)
    {
        var (_, asked) = await FollowAsync(HttpMethod.Get, page);
        return await AnswerAsync(await FollowAsync(HttpMethod.Get, Link().Match(asked).Groups[1].Value), person);
    }

    /// <summary>Says who they are at the provider's page.</summary>
    public async Task<(string Address, string Text)> AnswerAsync((string Address, string Text) provider, string person)
    {
        using var form = new FormUrlEncodedContent([new("request", Request().Match(provider.Text).Groups[1].Value), new("person", person)]);
        return await FollowAsync(HttpMethod.Post, new Uri(new Uri(provider.Address), "/authorize").ToString(), form);
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("href=\"(/signin/provider[^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"request\" value=\"([^\"]*)\"")]
    private static partial Regex Request();
}
