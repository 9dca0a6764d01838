namespace CustomerTrack.Api;

/// <summary>What of <see cref="OidcOptions"/> makes sense only together.</summary>
internal static class OidcOptionsRules
{
    private const string Section = $"{ApiOptions.SectionName}:{nameof(ApiOptions.Oidc)}";
    private const string Authority = $"{Section}:{nameof(OidcOptions.Authority)}";
    private const string Audience = $"{Section}:{nameof(OidcOptions.Audience)}";
    private const string ClientId = $"{Section}:{nameof(OidcOptions.ClientId)}";
    private const string ClientSecret = $"{Section}:{nameof(OidcOptions.ClientSecret)}";
    private const string ClientSecretFile = $"{Section}:{nameof(OidcOptions.ClientSecretFile)}";
    private const string PublicUrl = $"{ApiOptions.SectionName}:{nameof(ApiOptions.PublicUrl)}";

    /// <summary>What is wrong, by name; empty where nothing is. Never with a secret.</summary>
    public static IEnumerable<string> Check(ApiOptions options) => [.. OfAddress(options.PublicUrl), .. OfProvider(options.Oidc), .. OfSignIn(options.Oidc)];

    private static IEnumerable<string> OfAddress(string? publicUrl)
    {
        if (!string.IsNullOrWhiteSpace(publicUrl)
            && (!IsGuarded(publicUrl, out var url) || url.PathAndQuery != "/" || url.Fragment.Length > 0 || url.UserInfo.Length > 0))
        {
            yield return $"{PublicUrl} is '{publicUrl}'; allowed: an address that begins with https://, or with http:// on this machine, without a path.";
        }
    }

    private static IEnumerable<string> OfProvider(OidcOptions oidc)
    {
        var (hasAudience, hasClient) = (!string.IsNullOrWhiteSpace(oidc.Audience), !string.IsNullOrWhiteSpace(oidc.ClientId));
        if (!oidc.IsConfigured)
        {
            foreach (var (name, value) in new[] { (Audience, oidc.Audience), (ClientId, oidc.ClientId) })
            {
                if (!string.IsNullOrWhiteSpace(value))
                {
                    yield return $"{name} is '{value}' and {Authority} is not set; allowed: both or none.";
                }
            }

            yield break;
        }

        if (!IsGuarded(oidc.Authority, out _))
        {
            yield return $"{Authority} is '{oidc.Authority}'; allowed: an address that begins with https://, or with http:// on this machine.";
        }

        if (!hasAudience && !hasClient)
        {
            yield return $"{Audience} is not set and {ClientId} is not set; needed with {Authority}: the first, whom tokens of the API are meant for (without it a token for another application would be accepted), the second, as what the dashboard is registered, or both.";
        }

        var roles = new[] { oidc.ReadRole, oidc.ReadPiiRole, oidc.OperateRole };
        if (roles.Distinct(StringComparer.Ordinal).Count() < roles.Length || roles.Any(role => role.Any(char.IsWhiteSpace)))
        {
            yield return $"{Section}:{nameof(oidc.ReadRole)}, {nameof(oidc.ReadPiiRole)} and {nameof(oidc.OperateRole)} are {string.Join(", ", roles.Select(role => $"'{role}'"))}; allowed: three different names without spaces.";
        }
    }

    private static IEnumerable<string> OfSignIn(OidcOptions oidc)
    {
        var (hasSecret, hasFile) = (!string.IsNullOrWhiteSpace(oidc.ClientSecret), !string.IsNullOrWhiteSpace(oidc.ClientSecretFile));
        if (string.IsNullOrWhiteSpace(oidc.ClientId))
        {
            if (hasSecret || hasFile)
            {
                yield return $"{(hasSecret ? ClientSecret : ClientSecretFile)} is set and {ClientId} is not; allowed: both or none.";
            }

            yield break;
        }

        if (hasSecret == hasFile)
        {
            yield return $"{ClientSecret} and {ClientSecretFile} are {(hasFile ? "both" : "both not")} set; allowed with {ClientId}: exactly one of them.";
        }

        if (oidc.ClientId == oidc.Audience)
        {
            yield return $"{ClientId} and {Audience} are both '{oidc.ClientId}'; allowed: two different names, or one of them. What a person gets who signs in is meant for the first, and would be a token of the API as well.";
        }

        if (!oidc.Scope.Split(' ').Contains("openid", StringComparer.Ordinal))
        {
            yield return $"{Section}:{nameof(oidc.Scope)} is '{oidc.Scope}'; allowed: names with spaces between, 'openid' among them.";
        }
    }

    private static bool IsGuarded(string? address, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(address, UriKind.Absolute, out url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
