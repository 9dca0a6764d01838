using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CustomerTrack.OpenId;

/// <summary>
/// An OpenID provider on this machine, of one client: its description, its keys, the authorization code flow with PKCE, and sign-out. It checks what the standards say a provider
/// has to check, and refuses in their words.
/// </summary>
public sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "customertrack-dashboard";
    public const string ClientSecret = "a-secret-of-the-client-0123456789";

    private const string KeyId = "one";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly RSA _other = RSA.Create(2048);
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly ConcurrentQueue<string> _signedOut = new();

    private OpenIdProvider(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Who has an account, by what the page says.</summary>
    public IDictionary<string, OpenIdPerson> People { get; } = new ConcurrentDictionary<string, OpenIdPerson>(StringComparer.Ordinal);

    /// <summary>What goes wrong with the sign-ins that begin now.</summary>
    public OpenIdFlaw Flaw { get; set; }

    /// <summary>What was refused, with the reason.</summary>
    public IReadOnlyCollection<string> Refused => _refused;

    /// <summary>The subjects that signed out, each as often as it did.</summary>
    public IReadOnlyCollection<string> SignedOut => _signedOut;

    /// <param name="port">0 for a free one.</param>
    public static async Task<OpenIdProvider> StartAsync(CancellationToken cancellationToken, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        var provider = new OpenIdProvider(app);
        app.MapGet("/.well-known/openid-configuration", provider.Describe);
        app.MapGet("/keys", provider.Keys);
        new CodeFlow(provider).Map(app);
        await app.StartAsync(cancellationToken);
        return provider;
    }

    /// <summary>A token for a subject, of the API.</summary>
    /// <param name="key">What signs it; null for the provider's own key.</param>
    public string Token(string subject, object? roles, string audience = "customertrack", TimeSpan? age = null, RSA? key = null, string claim = "roles") =>
        Sign(audience, roles is null ? new() { ["sub"] = subject } : new() { ["sub"] = subject, [claim] = roles }, age ?? TimeSpan.Zero, key ?? _rsa, Url);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _other.Dispose();
    }

    /// <summary>What tells the client who signed in.</summary>
    internal string IdToken(OpenIdPerson person, string nonce)
    {
        var claims = new Dictionary<string, object> { ["sub"] = person.Subject, ["preferred_username"] = person.Name, ["nonce"] = Flaw == OpenIdFlaw.Nonce ? "another" : nonce };
        if (person.Roles is not null)
        {
            claims["roles"] = person.Roles;
        }

        var token = Sign(
            Flaw == OpenIdFlaw.Audience ? "another-client" : ClientId,
            claims,
            Flaw == OpenIdFlaw.Expired ? TimeSpan.FromHours(1) : TimeSpan.Zero,
            Flaw == OpenIdFlaw.Key ? _other : _rsa,
            Flaw == OpenIdFlaw.Issuer ? "http://127.0.0.1:1" : Url);
        return Flaw == OpenIdFlaw.Unsigned ? $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{token.Split('.')[1]}." : token;
    }

    /// <summary>Whose token it is, whatever its time; null where it is none of ours for the client.</summary>
    internal async Task<string?> SubjectOfAsync(string idToken)
    {
        var read = await new JsonWebTokenHandler().ValidateTokenAsync(idToken, new()
        {
            ValidIssuer = Url, ValidAudience = ClientId, ValidateLifetime = false, IssuerSigningKey = new RsaSecurityKey(_rsa) { KeyId = KeyId },
        });
        return read.IsValid ? ((JsonWebToken)read.SecurityToken).Subject : null;
    }

    internal void NoteRefused(string reason) => _refused.Enqueue(reason);

    internal void NoteSignedOut(string subject) => _signedOut.Enqueue(subject);

    private static string Sign(string audience, Dictionary<string, object> claims, TimeSpan age, RSA key, string issuer)
    {
        var issued = DateTime.UtcNow - age;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Claims = claims,
            IssuedAt = issued,
            NotBefore = issued,
            Expires = issued + TimeSpan.FromMinutes(10),
            SigningCredentials = new(new RsaSecurityKey(key) { KeyId = KeyId }, SecurityAlgorithms.RsaSha256),
        });
    }

    private IResult Describe() => Results.Json(new Dictionary<string, object>
    {
        ["issuer"] = Url,
        ["jwks_uri"] = Url + "/keys",
        ["authorization_endpoint"] = Url + CodeFlow.AuthorizePath,
        ["token_endpoint"] = Url + CodeFlow.TokenPath,
        ["end_session_endpoint"] = Url + CodeFlow.SignOutPath,
        ["response_types_supported"] = new[] { "code" },
        ["response_modes_supported"] = new[] { "query" },
        ["grant_types_supported"] = new[] { "authorization_code" },
        ["code_challenge_methods_supported"] = new[] { "S256" },
        ["token_endpoint_auth_methods_supported"] = new[] { "client_secret_post" },
        ["scopes_supported"] = new[] { "openid", "profile" },
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
    });

    private IResult Keys()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(includePrivateParameters: false)) { KeyId = KeyId });
        return Results.Json(new Dictionary<string, object> { ["keys"] = new[] { new Dictionary<string, string> { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = KeyId, ["n"] = key.N, ["e"] = key.E } } });
    }
}
