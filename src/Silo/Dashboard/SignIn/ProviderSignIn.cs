using CustomerTrack.Api;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CustomerTrack.Dashboard.SignIn;

/// <summary>People sign in through an OpenID provider: the authorization code flow with PKCE, and a cookie of our own afterwards.</summary>
internal static class ProviderSignIn
{
    /// <summary>Goes to the provider and comes back.</summary>
    public const string ProviderScheme = "Provider";

    /// <summary>Knows who came back by the cookie they got.</summary>
    public const string SessionScheme = "Session";

    public const string CookieName = "customertrack-signed-in";

    /// <summary>Where the provider sends people back to; it has to know the address.</summary>
    public const string CallbackPath = "/signin/callback";

    /// <summary>Where it sends them after they signed out.</summary>
    public const string SignedOutPath = "/signout/callback";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <exception cref="Cli.UsageException">The client's secret cannot be read.</exception>
    public static void AddProviderSignIn(this IServiceCollection services, OidcOptions oidc)
    {
        var secret = OidcClientSecret.Read(oidc);
        services.AddTransient<ProviderEvents>();
        services.AddAuthentication()
            .AddCookie(SessionScheme, session =>
            {
                session.Cookie.Name = CookieName;
                session.Cookie.HttpOnly = true;
                session.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                session.Cookie.IsEssential = true;

                // A strict one would not be sent with the page that follows on the provider's. What it may come with is limited by SessionCookie.MayCome.
                session.Cookie.SameSite = SameSiteMode.Lax;
                session.ExpireTimeSpan = oidc.SessionLifetime;
                session.SlidingExpiration = false;
                session.ForwardChallenge = ApiKeyHandler.SchemeName;
                session.ForwardForbid = ApiKeyHandler.SchemeName;
            })
            .AddOpenIdConnect(ProviderScheme, displayName: null, provider =>
            {
                provider.Authority = oidc.Authority;
                provider.RequireHttpsMetadata = new Uri(oidc.Authority!).Scheme == Uri.UriSchemeHttps;
                provider.ClientId = oidc.ClientId;
                provider.ClientSecret = secret;
                provider.UsePkce = true;
                provider.ResponseType = OpenIdConnectResponseType.Code;

                // Comes back with a GET, so that cookies for it need not be for other sites, which browsers take over https only.
                provider.ResponseMode = OpenIdConnectResponseMode.Query;
                provider.CorrelationCookie.SameSite = SameSiteMode.Lax;
                provider.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                provider.NonceCookie.SameSite = SameSiteMode.Lax;
                provider.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                provider.CallbackPath = CallbackPath;
                provider.SignedOutCallbackPath = SignedOutPath;
                provider.SignedOutRedirectUri = SignInEndpoints.SignedOut;
                provider.RemoteSignOutPath = PathString.Empty;
                provider.SignInScheme = SessionScheme;
                provider.Scope.Clear();
                foreach (var scope in oidc.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    provider.Scope.Add(scope);
                }

                provider.MapInboundClaims = false;
                provider.SaveTokens = false;
                provider.DisableTelemetry = true;
                provider.BackchannelTimeout = Patience;
                provider.TokenValidationParameters.NameClaimType = "sub";
                provider.EventsType = typeof(ProviderEvents);
            });
    }
}
