using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace CustomerTrack.Api;

/// <summary>Who may ask for what. Without keys and an OpenID provider everybody may, and then only this machine is listened to.</summary>
internal static class ApiAccess
{
    private const string Either = "KeyOrToken";

    /// <summary>Adds one policy per role, named like it; whatever names no policy needs <see cref="ApiRole.Operate"/>.</summary>
    /// <exception cref="Cli.UsageException">A key is refused.</exception>
    public static void AddApiAccess(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(ApiOptions.SectionName).Get<ApiOptions>() ?? new();
        var keys = ApiKeys.Read(options);
        var gate = ApiGate.Of(options);
        builder.Services.AddSingleton(keys);
        builder.Services.AddSingleton(gate);
        if (gate.HasOidc)
        {
            builder.Services.AddOidc(options.Oidc);
        }

        // The core only: nothing here protects data with keys that would have to be kept.
        builder.Services.AddAuthenticationCore(schemes =>
        {
            schemes.AddScheme<ApiKeyHandler>(ApiKeyHandler.SchemeName, displayName: null);
            schemes.AddScheme<PolicySchemeHandler>(Either, displayName: null);
            schemes.DefaultScheme = gate.HasOidc ? Either : ApiKeyHandler.SchemeName;
        });
        builder.Services.AddWebEncoders();
        builder.Services.AddTransient<ApiKeyHandler>();
        builder.Services.AddTransient<PolicySchemeHandler>();
        builder.Services.Configure<PolicySchemeOptions>(Either, scheme => scheme.ForwardDefaultSelector = context => IsToken(context, keys) ? OidcAuthentication.SchemeName : ApiKeyHandler.SchemeName);
        builder.Services.AddAuthorization(policies =>
        {
            foreach (var role in Enum.GetValues<ApiRole>())
            {
                policies.AddPolicy(role.ToString(), Policy(gate, role));
            }

            policies.FallbackPolicy = Policy(gate, ApiRole.Operate);
        });
    }

    /// <summary>The endpoint is for holders of a key with this role or one that includes it.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder endpoint, ApiRole role)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(role.ToString());

    private static AuthorizationPolicy Policy(ApiGate gate, ApiRole role) =>
        gate.IsOpen ? new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build() : new AuthorizationPolicyBuilder().RequireRole(role.ToString()).Build();

    // Whatever is sent as a bearer and is nobody's key.
    private static bool IsToken(HttpContext context, ApiKeys keys) =>
        context.Request.Headers[ApiKeyHandler.Header].Count == 0
        && ApiKeyHandler.Bearer(context.Request.Headers[HeaderNames.Authorization].ToString()) is { } sent
        && keys.Find(sent) is null;
}
