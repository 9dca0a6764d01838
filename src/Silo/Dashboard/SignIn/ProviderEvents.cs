using System.Net.Sockets;
using System.Security.Claims;
using CustomerTrack.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CustomerTrack.Dashboard.SignIn;

/// <summary>What becomes of somebody who comes back from the provider: signed in with what we need to know, or sent to the page to sign in, which says why not.</summary>
internal sealed partial class ProviderEvents(OidcOptions oidc, ILogger<ProviderEvents> logger) : OpenIdConnectEvents
{
    /// <summary>The claim that holds what people are called, where the provider says so.</summary>
    public const string CalledClaim = "called";

    // How the provider's description is reported to be missing or unreadable, whatever the cause.
    private const string NoDescription = "IDX20803";

    /// <summary>The provider did not answer, as far as that can be told from how a call of it failed.</summary>
    public static bool IsAway(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is HttpRequestException or IOException or SocketException or TimeoutException or TaskCanceledException
                || failure.Message.StartsWith(NoDescription, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Of what the provider says about somebody, the session keeps who they are and what they may do.</summary>
    public override Task TokenValidated(TokenValidatedContext context)
    {
        // The handler lets one without a signature pass, because it came from the provider itself. That may be by http on this machine, and nobody is known to send one.
        if (context.SecurityToken.SignatureAlgorithm is null or "" or SecurityAlgorithms.None)
        {
            throw new OpenIdConnectProtocolException("The provider's token is not signed.");
        }

        var described = (ClaimsIdentity)context.Principal!.Identity!;
        var subject = described.FindFirst("sub")?.Value ?? throw new OpenIdConnectProtocolException("The provider's token has no subject.");
        var called = described.FindFirst("preferred_username")?.Value ?? described.FindFirst("name")?.Value ?? subject;
        context.Principal = new(new ClaimsIdentity([new(ClaimTypes.Name, subject), new(CalledClaim, called), .. OidcRoles.Of(described, oidc)], ProviderSignIn.SessionScheme));
        if (context.TokenEndpointResponse?.IdToken is { } token)
        {
            // Shown again to sign out, so that the provider need not ask who.
            context.Properties!.StoreTokens([new() { Name = OpenIdConnectParameterNames.IdToken, Value = token }]);
        }

        return Task.CompletedTask;
    }

    public override Task TicketReceived(TicketReceivedContext context)
    {
        if (!context.Principal!.IsInRole(nameof(ApiRole.Read)))
        {
            LogNoRole(oidc.RoleClaim);
            Send(context, SignInProblem.Role, context.ReturnUri);
            return Task.CompletedTask;
        }

        context.Response.Cookies.Delete(SessionCookie.Name);
        return Task.CompletedTask;
    }

    public override Task AccessDenied(AccessDeniedContext context)
    {
        Send(context, SignInProblem.Denied, context.Properties?.RedirectUri);
        return Task.CompletedTask;
    }

    public override Task RemoteFailure(RemoteFailureContext context)
    {
        // What comes without an inner cause and is no protocol's or token's is the handler's own: there is no state, it is not this browser's, or it is too old.
        var problem = IsAway(context.Failure) ? SignInProblem.Away : context.Failure is AuthenticationFailureException { InnerException: null } ? SignInProblem.Stale : SignInProblem.Refused;
        LogFailed(context.Failure!, problem);
        Send(context, problem, context.Properties?.RedirectUri);
        return Task.CompletedTask;
    }

    public override Task RedirectToIdentityProviderForSignOut(RedirectContext context)
    {
        context.ProtocolMessage.ClientId = context.Options.ClientId;
        if (string.IsNullOrEmpty(context.ProtocolMessage.IssuerAddress))
        {
            // It has no address to sign out at; the cookie is gone already.
            context.Response.Redirect(SignInEndpoints.SignedOut);
            context.HandleResponse();
        }

        return Task.CompletedTask;
    }

    private static void Send<TOptions>(HandleRequestContext<TOptions> context, SignInProblem problem, string? back)
        where TOptions : AuthenticationSchemeOptions
    {
        context.Response.Redirect(SignInEndpoints.For(back, problem));
        context.HandleResponse();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody came back from the OpenID provider without a role of ours in the claim '{Claim}', and was not let in.")]
    private partial void LogNoRole(string claim);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody could not be signed in through the OpenID provider ({Problem}).")]
    private partial void LogFailed(Exception failure, SignInProblem problem);
}
