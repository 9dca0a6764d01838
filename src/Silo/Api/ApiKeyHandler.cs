using System.Security.Claims;
using System.Text.Encodings.Web;
using CustomerTrack.Dashboard.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CustomerTrack.Api;

/// <summary>Knows a caller by the key in <c>Authorization: Bearer</c> or <c>X-Api-Key</c>, and a browser by the cookie it got for its key.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    public const string Header = "X-Api-Key";

    private const string BearerScheme = "Bearer ";

    /// <summary>What <c>Authorization</c> bears; null where it bears nothing.</summary>
    public static string? Bearer(string authorization) =>
        authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase) ? authorization[BearerScheme.Length..].Trim() : null;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var text = Sent();
        if (text is null && Session() is null)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var session = text is null ? SessionCookie.Read(Session()!, keys, TimeProvider.GetUtcNow()) : null;
        if ((text is null ? session?.Key : keys.Find(text)) is not { } key)
        {
            return Task.FromResult(AuthenticateResult.Fail("The key is nobody's."));
        }

        // Each role includes the ones before it.
        var roles = Enum.GetValues<ApiRole>().Where(role => role <= key.Role).Select(role => new Claim(ClaimTypes.Role, role.ToString()));
        var identity = new ClaimsIdentity([new(ClaimTypes.Name, key.Name), .. roles], Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new(new(identity), new() { ExpiresUtc = session?.Until }, Scheme.Name)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (IsPerson())
        {
            Response.Redirect(SignInEndpoints.For(Request));
            return;
        }

        await base.HandleChallengeAsync(properties);
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer realm=\"customertrack\"");
    }

    // Asks for a page: somebody sits in front of it who can be asked for a key.
    private bool IsPerson() => HttpMethods.IsGet(Request.Method) && Sent() is null && Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private string? Session() => Request.Cookies[SessionCookie.Name] is { } cookie && SessionCookie.MayCome(Request) ? cookie : null;

    private string? Sent()
    {
        if (Request.Headers[Header].ToString() is { Length: > 0 } key)
        {
            return key.Trim();
        }

        return Bearer(Request.Headers.Authorization.ToString());
    }
}
