using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace CustomerTrack.OpenId;

/// <summary>The endpoints of the authorization code flow with PKCE (RFC 6749, RFC 7636, OpenID Connect Core) and of RP-initiated logout.</summary>
internal sealed class CodeFlow(OpenIdProvider provider)
{
    public const string AuthorizePath = "/authorize";
    public const string TokenPath = "/token";
    public const string SignOutPath = "/sign-out";

    private readonly ConcurrentDictionary<string, SignInRequest> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SignInRequest> _codes = new(StringComparer.Ordinal);

    public void Map(WebApplication app)
    {
        app.MapGet(AuthorizePath, Ask);
        app.MapPost(AuthorizePath, AnswerAsync).DisableAntiforgery();
        app.MapPost(TokenPath, RedeemAsync).DisableAntiforgery();
        app.MapGet(SignOutPath, SignOutAsync);
    }

    // Who asks is somebody in front of a page; until the client and its address are known to be right, nobody is sent back.
    private IResult Ask(HttpRequest request)
    {
        string Of(string name) => request.Query[name].ToString();
        var wrong = Of("client_id") != OpenIdProvider.ClientId ? "unknown client_id"
            : !IsRegistered(Of("redirect_uri")) ? "redirect_uri is not registered"
            : Of("response_type") != "code" ? "unsupported_response_type"
            : Of("response_mode") is not ("" or "query") ? "unsupported response_mode"
            : !Of("scope").Split(' ').Contains("openid") ? "invalid_scope"
            : Of("code_challenge_method") != "S256" || Of("code_challenge").Length != 43 ? "invalid_request: no code_challenge by S256"
            : Of("state").Length == 0 || Of("nonce").Length == 0 ? "invalid_request: no state or nonce"
            : null;
        if (wrong is not null)
        {
            provider.NoteRefused($"authorize: {wrong}");
            return Results.Text(wrong, statusCode: StatusCodes.Status400BadRequest);
        }

        var id = NewId();
        _asked[id] = new(Of("redirect_uri"), Of("state"), Of("nonce"), Of("code_challenge"), Person: null);
        var buttons = string.Concat(provider.People.Keys.Append("").Select(name => $"<button name=\"person\" value=\"{WebUtility.HtmlEncode(name)}\">{(name.Length == 0 ? "Refuse" : WebUtility.HtmlEncode(name))}</button> "));
        return Results.Content($"<!DOCTYPE html><html lang=\"en\"><title>Provider</title><h1>Who are you?</h1><form method=\"post\" action=\"{AuthorizePath}\"><input type=\"hidden\" name=\"request\" value=\"{id}\">{buttons}</form></html>", "text/html");
    }

    private async Task<IResult> AnswerAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!_asked.TryRemove(form["request"].ToString(), out var asked))
        {
            return Results.Text("The request is not known.", statusCode: StatusCodes.Status400BadRequest);
        }

        var state = provider.Flaw == OpenIdFlaw.State ? "another" : asked.State;
        if (!provider.People.TryGetValue(form["person"].ToString(), out var person))
        {
            return Results.Redirect($"{asked.RedirectUri}?error=access_denied&state={Uri.EscapeDataString(state)}");
        }

        var code = NewId();
        _codes[code] = asked with { Person = person };
        return Results.Redirect($"{asked.RedirectUri}?code={code}&state={Uri.EscapeDataString(state)}");
    }

    private async Task<IResult> RedeemAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (form["client_id"] != OpenIdProvider.ClientId || form["client_secret"] != OpenIdProvider.ClientSecret)
        {
            return Refuse("invalid_client", StatusCodes.Status401Unauthorized);
        }

        if (form["grant_type"] != "authorization_code")
        {
            return Refuse("unsupported_grant_type");
        }

        // A code is good for once, whatever else is wrong.
        if (!_codes.TryRemove(form["code"].ToString(), out var asked) || provider.Flaw == OpenIdFlaw.Code)
        {
            return Refuse("invalid_grant");
        }

        var verifier = form["code_verifier"].ToString();
        if (verifier.Length is < 43 or > 128 || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) != asked.CodeChallenge || form["redirect_uri"] != asked.RedirectUri)
        {
            return Refuse("invalid_grant");
        }

        return Results.Json(new Dictionary<string, object> { ["access_token"] = NewId(), ["token_type"] = "Bearer", ["expires_in"] = 600, ["id_token"] = provider.IdToken(asked.Person!, asked.Nonce) });
    }

    private async Task<IResult> SignOutAsync(HttpRequest request)
    {
        var back = request.Query["post_logout_redirect_uri"].ToString();
        if (await provider.SubjectOfAsync(request.Query["id_token_hint"].ToString()) is not { } subject || !Uri.TryCreate(back, UriKind.Absolute, out var url) || url.AbsolutePath != "/signout/callback")
        {
            provider.NoteRefused("sign-out: no id_token_hint of ours, or an address that is not registered");
            return Results.Text("Who wants to sign out?", statusCode: StatusCodes.Status400BadRequest);
        }

        provider.NoteSignedOut(subject);
        return Results.Redirect($"{back}?state={Uri.EscapeDataString(request.Query["state"].ToString())}");
    }

    private IResult Refuse(string error, int status = StatusCodes.Status400BadRequest)
    {
        provider.NoteRefused($"token: {error}");
        return Results.Json(new Dictionary<string, string> { ["error"] = error }, statusCode: status);
    }

    // Any port of this machine: a test's service has a free one. Another host only by https.
    private static bool IsRegistered(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.AbsolutePath == "/signin/callback" && url.Query.Length == 0 && (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback);

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
