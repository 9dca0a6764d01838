using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CustomerTrack.Api;

/// <summary>An OpenID provider on this machine: a description, its keys, and tokens signed with them.</summary>
internal sealed class LocalIssuer : IAsyncDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly WebApplication _app;

    private LocalIssuer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public static async Task<LocalIssuer> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var issuer = new LocalIssuer(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>
        {
            ["issuer"] = issuer.Url, ["jwks_uri"] = issuer.Url + "/keys", ["authorization_endpoint"] = issuer.Url + "/authorize",
            ["response_types_supported"] = new[] { "code" }, ["subject_types_supported"] = new[] { "public" }, ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        }));
        app.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(issuer._rsa.ExportParameters(includePrivateParameters: false)) { KeyId = "one" });
            return Results.Json(new Dictionary<string, object> { ["keys"] = new[] { new Dictionary<string, string> { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = "one", ["n"] = key.N, ["e"] = key.E } } });
        });
        await app.StartAsync(cancellationToken);
        return issuer;
    }

    /// <summary>A token for a subject.</summary>
    /// <param name="key">What signs it; null for the issuer's own key.</param>
    public string Token(string subject, object? roles, string audience = "customertrack", TimeSpan? age = null, RSA? key = null, string claim = "roles")
    {
        var issued = DateTime.UtcNow - (age ?? TimeSpan.Zero);
        var claims = new Dictionary<string, object> { ["sub"] = subject };
        if (roles is not null)
        {
            claims[claim] = roles;
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Url,
            Audience = audience,
            Claims = claims,
            IssuedAt = issued,
            NotBefore = issued,
            Expires = issued + TimeSpan.FromMinutes(10),
            SigningCredentials = new(new RsaSecurityKey(key ?? _rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }
}
