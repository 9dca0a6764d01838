using CustomerTrack.Cli;

namespace CustomerTrack.Api;

/// <summary>Whether callers are asked who they are, and by what they may be known.</summary>
/// <param name="HasKeys">Keys are configured.</param>
/// <param name="HasTokens">Tokens of an OpenID provider are accepted.</param>
/// <param name="HasSignIn">People sign in at the dashboard through an OpenID provider.</param>
internal sealed record ApiGate(bool HasKeys, bool HasTokens, bool HasSignIn)
{
    /// <summary>Nobody is asked, so everybody may do everything.</summary>
    public bool IsOpen => !HasKeys && !HasTokens && !HasSignIn;

    /// <exception cref="UsageException">A key or the provider's secret is refused.</exception>
    public static ApiGate Of(ApiOptions options) => new(!ApiKeys.Read(options).IsEmpty, options.Oidc.TakesTokens, OidcClientSecret.Read(options.Oidc) is not null);

    /// <summary>Checks that an address may be listened on.</summary>
    /// <exception cref="UsageException">Others than this machine reach it, and nobody is asked who they are.</exception>
    public void MustGuard(Uri url)
    {
        if (!url.IsLoopback && IsOpen)
        {
            throw new UsageException(
                $"The address {url} is not a loopback address, and no authentication is configured: anyone who reaches it could read customers. Listen on http://127.0.0.1:{url.Port}, or set {ApiOptions.SectionName}:{nameof(ApiOptions.Keys)}:<name>:{nameof(ApiKeyOptions.Key)} or :{nameof(ApiKeyOptions.KeyFile)}, or {ApiOptions.SectionName}:{nameof(ApiOptions.Oidc)}:{nameof(OidcOptions.Authority)}.");
        }
    }
}
