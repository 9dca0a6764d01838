using System.Security.Claims;

namespace CustomerTrack.Api;

/// <summary>Knows a caller by a token of the OpenID provider.</summary>
internal static class OidcAuthentication
{
    public const string SchemeName = "Oidc";

    public static void AddOidc(this IServiceCollection services, OidcOptions oidc)
    {
        services.AddAuthentication().AddJwtBearer(SchemeName, options =>
        {
            options.Authority = oidc.Authority;
            options.Audience = oidc.Audience;
            options.RequireHttpsMetadata = new Uri(oidc.Authority!).Scheme == Uri.UriSchemeHttps;
            options.MapInboundClaims = false;
            options.TokenValidationParameters.NameClaimType = "sub";
            options.TokenValidationParameters.RoleClaimType = ClaimTypes.Role;
            options.TokenValidationParameters.AuthenticationType = SchemeName;
            options.Events = new()
            {
                OnTokenValidated = context =>
                {
                    // What the token itself calls roles by our own name for them is not ours.
                    var identity = (ClaimsIdentity)context.Principal!.Identity!;
                    var roles = OidcRoles.Of(identity, oidc).ToList();
                    foreach (var claim in identity.FindAll(ClaimTypes.Role).ToList())
                    {
                        identity.RemoveClaim(claim);
                    }

                    identity.AddClaims(roles);
                    return Task.CompletedTask;
                },
            };
        });
    }
}
