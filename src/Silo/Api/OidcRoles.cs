using System.Security.Claims;

namespace CustomerTrack.Api;

/// <summary>What somebody may do whom the provider describes: the same for tokens of the API and for people who sign in.</summary>
internal static class OidcRoles
{
    /// <summary>A claim for the role and each that it includes. Without one they are somebody, and may do nothing.</summary>
    public static IEnumerable<Claim> Of(ClaimsIdentity described, OidcOptions oidc)
    {
        var role = oidc.RoleOf(described.FindAll(oidc.RoleClaim).Select(claim => claim.Value));
        return Enum.GetValues<ApiRole>().Where(included => included <= role).Select(included => new Claim(ClaimTypes.Role, included.ToString()));
    }
}
