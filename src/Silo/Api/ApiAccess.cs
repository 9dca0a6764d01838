using Microsoft.AspNetCore.Authorization;

namespace CustomerTrack.Api;

/// <summary>Who may ask for what. Without keys everybody may, and then only this machine is listened to.</summary>
internal static class ApiAccess
{
    /// <summary>Adds one policy per role, named like it; whatever names no policy needs <see cref="ApiRole.Operate"/>.</summary>
    /// <exception cref="Cli.UsageException">A key is refused.</exception>
    public static void AddApiAccess(this WebApplicationBuilder builder)
    {
        var keys = ApiKeys.Read(builder.Configuration.GetSection(ApiOptions.SectionName).Get<ApiOptions>() ?? new());
        builder.Services.AddSingleton(keys);

        // The core only: nothing here protects data with keys that would have to be kept.
        builder.Services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = ApiKeyHandler.SchemeName;
            options.AddScheme<ApiKeyHandler>(ApiKeyHandler.SchemeName, displayName: null);
        });
        builder.Services.AddWebEncoders();
        builder.Services.AddTransient<ApiKeyHandler>();
        builder.Services.AddAuthorization(options =>
        {
            foreach (var role in Enum.GetValues<ApiRole>())
            {
                options.AddPolicy(role.ToString(), Policy(keys, role));
            }

            options.FallbackPolicy = Policy(keys, ApiRole.Operate);
        });
    }

    /// <summary>The endpoint is for holders of a key with this role or one that includes it.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder endpoint, ApiRole role)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(role.ToString());

    private static AuthorizationPolicy Policy(ApiKeys keys, ApiRole role) =>
        keys.IsEmpty ? new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build() : new AuthorizationPolicyBuilder().RequireRole(role.ToString()).Build();
}
