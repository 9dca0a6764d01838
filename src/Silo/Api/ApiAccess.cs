using CustomerTrack.Dashboard.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace CustomerTrack.Api;

/// <summary>Who may ask for what. Without keys and an OpenID provider everybody may, and then only this machine is listened to.</summary>
internal static class ApiAccess
{
    private const string Either = "KeyOrProvider";

    /// <summary>Adds one policy per role, named like it; whatever names no policy needs <see cref="ApiRole.Operate"/>.</summary>
    /// <exception cref="Cli.UsageException">A key, or the provider's secret, is refused.</exception>
    public static void AddApiAccess(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(ApiOptions.SectionName).Get<ApiOptions>() ?? new();
        var keys = ApiKeys.Read(options);
        var gate = ApiGate.Of(options);
        builder.Services.AddSingleton(keys);
        builder.Services.AddSingleton(gate);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Oidc);
        if (gate.HasTokens)
        {
            builder.Services.AddOidc(options.Oidc);
        }

        if (gate.HasSignIn)
        {
            builder.Services.AddProviderSignIn(options.Oidc);
        }

        // The core only: without a provider nothing here protects data with keys that would have to be kept.
        builder.Services.AddAuthenticationCore(schemes =>
        {
            schemes.AddScheme<ApiKeyHandler>(ApiKeyHandler.SchemeName, displayName: null);
            schemes.AddScheme<PolicySchemeHandler>(Either, displayName: null);
            schemes.DefaultScheme = gate.HasTokens || gate.HasSignIn ? Either : ApiKeyHandler.SchemeName;
        });
        builder.Services.AddWebEncoders();
        builder.Services.AddTransient<ApiKeyHandler>();
        builder.Services.AddTransient<PolicySchemeHandler>();
        builder.Services.Configure<PolicySchemeOptions>(Either, scheme => scheme.ForwardDefaultSelector = context => SchemeOf(context, keys, gate));
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

    // A key beats everything. Whatever is sent as a bearer and is nobody's key is a token; who sends nothing may have a cookie.
    private static string SchemeOf(HttpContext context, ApiKeys keys, ApiGate gate)
    {
        if (context.Request.Headers[ApiKeyHandler.Header].Count > 0)
        {
            return ApiKeyHandler.SchemeName;
        }

        if (ApiKeyHandler.Bearer(context.Request.Headers[HeaderNames.Authorization].ToString()) is { } sent)
        {
            return gate.HasTokens && keys.Find(sent) is null ? OidcAuthentication.SchemeName : ApiKeyHandler.SchemeName;
        }

        return gate.HasSignIn && context.Request.Cookies.ContainsKey(ProviderSignIn.CookieName) && SessionCookie.MayCome(context.Request)
            ? ProviderSignIn.SessionScheme
            : ApiKeyHandler.SchemeName;
    }
}
