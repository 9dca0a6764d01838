namespace CustomerTrack.Api;

/// <summary>What of <see cref="OidcOptions"/> makes sense only together.</summary>
internal static class OidcOptionsRules
{
    /// <summary>What is wrong, by name; empty where nothing is.</summary>
    public static IEnumerable<string> Check(OidcOptions oidc)
    {
        var section = $"{ApiOptions.SectionName}:{nameof(ApiOptions.Oidc)}";
        var hasAudience = !string.IsNullOrWhiteSpace(oidc.Audience);
        if (!oidc.IsConfigured)
        {
            if (hasAudience)
            {
                yield return $"{section}:{nameof(oidc.Audience)} is '{oidc.Audience}' and {section}:{nameof(oidc.Authority)} is not set; allowed: both or none.";
            }

            yield break;
        }

        if (!Uri.TryCreate(oidc.Authority, UriKind.Absolute, out var authority)
            || !(authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)))
        {
            yield return $"{section}:{nameof(oidc.Authority)} is '{oidc.Authority}'; allowed: an address that begins with https://, or with http:// on this machine.";
        }

        if (!hasAudience)
        {
            yield return $"{section}:{nameof(oidc.Audience)} is not set; allowed with {section}:{nameof(oidc.Authority)}: whom tokens are meant for. Without it a token for another application would be accepted.";
        }

        var roles = new[] { oidc.ReadRole, oidc.ReadPiiRole, oidc.OperateRole };
        if (roles.Distinct(StringComparer.Ordinal).Count() < roles.Length || roles.Any(role => role.Any(char.IsWhiteSpace)))
        {
            yield return $"{section}:{nameof(oidc.ReadRole)}, {nameof(oidc.ReadPiiRole)} and {nameof(oidc.OperateRole)} are {string.Join(", ", roles.Select(role => $"'{role}'"))}; allowed: three different names without spaces.";
        }
    }
}
