using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CustomerTrack.Cli;
using CustomerTrack.Hosting;
using CustomerTrack.Live;
using CustomerTrack.OpenId;

namespace CustomerTrack.Api;

/// <summary>A service that takes tokens of an OpenID provider beside keys.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private const string Key = "operator-0123456789abcdef01";

    private readonly TempFolder _folder = new();
    private OpenIdProvider _issuer = null!;
    private PipelineHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await OpenIdProvider.StartAsync(Cancellation);
        _host = await PipelineHost.StartAsync(
            LiveSite.Arguments(_folder, new()
            {
                ["CustomerTrack:Api:Oidc:Authority"] = _issuer.Url,
                ["CustomerTrack:Api:Oidc:Audience"] = "customertrack",
                ["CustomerTrack:Api:Oidc:OperateRole"] = "boss",
                ["CustomerTrack:Api:Keys:robot:Key"] = Key,
                ["CustomerTrack:Api:Keys:robot:Role"] = "Operate",
            }),
            new("http://127.0.0.1:0"),
            Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Tokens_give_the_role_they_claim_and_only_genuine_ones_meant_for_this_service_count()
    {
        await RolesAsync("nobody at all", null, 401, 401, 401);
        await RolesAsync("no role", _issuer.Token("no-role", roles: null), 403, 403, 403);
        await RolesAsync("another role", _issuer.Token("other", new[] { "gardener" }), 403, 403, 403);
        await RolesAsync("a role by our own name for it", _issuer.Token("sly", "Operate", claim: System.Security.Claims.ClaimTypes.Role), 403, 403, 403);
        await RolesAsync("reader", _issuer.Token("reader", new[] { "customertrack.read", "gardener" }), 200, 403, 403);
        await RolesAsync("reader of personal data, as a text", _issuer.Token("person", "gardener customertrack.read-pii"), 200, 404, 403);
        await RolesAsync("operator", _issuer.Token("chief", new[] { "boss" }), 200, 404, 202);
        await RolesAsync("the default's name of a role that has another", _issuer.Token("chief", new[] { "customertrack.operate" }), 403, 403, 403);
        await RolesAsync("a key beside tokens", Key, 200, 404, 202);

        using var other = RSA.Create(2048);
        await RolesAsync("another audience", _issuer.Token("chief", new[] { "boss" }, audience: "someone-else"), 401, 401, 401);
        await RolesAsync("over", _issuer.Token("chief", new[] { "boss" }, age: TimeSpan.FromHours(1)), 401, 401, 401);
        await RolesAsync("signed by somebody else", _issuer.Token("chief", new[] { "boss" }, key: other), 401, 401, 401);
        var genuine = _issuer.Token("chief", new[] { "boss" }).Split('.');
        await RolesAsync("not signed", $"{Base64("""{"alg":"none","typ":"JWT"}""")}.{genuine[1]}.", 401, 401, 401);
        await RolesAsync("nonsense", "nonsense-that-is-nobodys-key", 401, 401, 401);
    }

    [Fact]
    public async Task The_audit_log_names_the_subject_of_a_token()
    {
        await AskAsync(HttpMethod.Get, "api/customer/C-marked/history", _issuer.Token("person-7", "customertrack.read-pii"));

        var line = JsonElement.Parse(Assert.Single(File.ReadAllLines(Assert.Single(Directory.GetFiles(_folder.Of("data", "audit"), "*.ndjson")))));
        Assert.Equal(("person-7", "token", "read_history", "not_found"), (Text(line, "who"), Text(line, "by"), Text(line, "action"), Text(line, "outcome")));
    }

    [Theory]
    [InlineData("Authority", "sso.example.com", "https://")]
    [InlineData("Authority", "http://sso.example.com", "https://")]
    [InlineData("Audience", "", "Audience is not set")]
    [InlineData("ReadRole", "boss", "three different names")]
    [InlineData("ReadPiiRole", "two words", "without spaces")]
    [InlineData("Rolls", "x", "There is no setting CustomerTrack:Api:Oidc:Rolls")]
    [InlineData("ClientId", "dashboard", "ClientSecret and CustomerTrack:Api:Oidc:ClientSecretFile are both not set")]
    [InlineData("ClientId", "customertrack", "two different names")]
    [InlineData("ClientSecret", "a-secret-not-to-be-seen", "ClientSecret is set and CustomerTrack:Api:Oidc:ClientId is not")]
    [InlineData("Scope", "", "Scope")]
    [InlineData("SessionLifetime", "00:00:01", "SessionLifetime")]
    public async Task A_wrong_setting_is_refused_by_name_before_anything_starts(string name, string value, string said)
    {
        using var folder = new TempFolder();
        var settings = new Dictionary<string, string?>
        {
            ["CustomerTrack:Api:Oidc:Authority"] = "https://sso.example.com", ["CustomerTrack:Api:Oidc:Audience"] = "customertrack", ["CustomerTrack:Api:Oidc:OperateRole"] = "boss",
            [$"CustomerTrack:Api:Oidc:{name}"] = value,
        };

        var refused = await Assert.ThrowsAsync<UsageException>(() => PipelineHost.StartAsync(LiveSite.Arguments(folder, settings), new("http://127.0.0.1:0"), Cancellation));

        Assert.Contains("CustomerTrack:Api:Oidc:", refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-not-to-be-seen", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Of("data")));
    }

    [Theory]
    [InlineData("both", "are both set")]
    [InlineData("no provider", "Authority is not set")]
    [InlineData("no such file", "cannot be read")]
    [InlineData("empty file", "is empty")]
    [InlineData("no openid", "'openid' among them")]
    [InlineData("path", "CustomerTrack:Api:PublicUrl is 'https://x.example/path'")]
    [InlineData("http", "CustomerTrack:Api:PublicUrl is 'http://x.example'")]
    public async Task A_sign_in_that_is_half_configured_is_refused_by_name_before_anything_starts(string what, string said)
    {
        using var folder = new TempFolder();
        var file = folder.Of("secret");
        File.WriteAllText(file, what == "empty file" ? " \n" : "a-secret-not-to-be-seen");
        var settings = new Dictionary<string, string?>
        {
            ["CustomerTrack:Api:Oidc:Authority"] = what == "no provider" ? null : "https://sso.example.com",
            ["CustomerTrack:Api:Oidc:ClientId"] = "dashboard",
            ["CustomerTrack:Api:Oidc:ClientSecretFile"] = what == "no such file" ? folder.Of("none") : file,
            ["CustomerTrack:Api:Oidc:ClientSecret"] = what == "both" ? "a-secret-not-to-be-seen" : null,
            ["CustomerTrack:Api:Oidc:Scope"] = what == "no openid" ? "profile" : "openid",
            ["CustomerTrack:Api:PublicUrl"] = what switch { "path" => "https://x.example/path", "http" => "http://x.example", _ => null },
        };

        var refused = await Assert.ThrowsAsync<UsageException>(() => PipelineHost.StartAsync(LiveSite.Arguments(folder, settings), new("http://127.0.0.1:0"), Cancellation));

        Assert.Contains("CustomerTrack:Api:", refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-not-to-be-seen", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Of("data")));
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static string Base64(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private async Task RolesAsync(string who, string? token, int status, int customer, int post)
    {
        Assert.Equal((who, status), (who, (int)await AskAsync(HttpMethod.Get, "api/status", token)));
        Assert.Equal((who, customer), (who, (int)await AskAsync(HttpMethod.Get, "api/customer/nobody", token)));
        Assert.Equal((who, post), (who, (int)await AskAsync(HttpMethod.Post, "api/customer", token)));
    }

    private async Task<HttpStatusCode> AskAsync(HttpMethod method, string path, string? token)
    {
        using var http = new HttpClient { BaseAddress = _host.Url };
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = method == HttpMethod.Post ? new StringContent("""{"id":"1","at":1}""" + "\n", Encoding.UTF8, "application/x-ndjson") : null;
        using var answer = await http.SendAsync(request, Cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }

        return answer.StatusCode;
    }
}
