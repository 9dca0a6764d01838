using CustomerTrack.Api;
using CustomerTrack.Dashboard.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;

namespace CustomerTrack.Dashboard;

/// <summary>Who looks at a page, and what they may see and do: the same roles as for the API.</summary>
internal sealed class Viewer(AuthenticationStateProvider authentication, IAuthorizationService authorization, ApiGate gate)
{
    /// <summary>Whose key it is, or what the provider calls them; null where nobody is asked who they are.</summary>
    public string? Name { get; private set; }

    public bool IsSignedIn => Name is not null;

    /// <summary>Personal columns are shown as they are.</summary>
    public bool SeesPii { get; private set; }

    public bool Operates { get; private set; }

    /// <summary>Who that is for the audit log.</summary>
    public ApiCaller Caller { get; private set; } = ApiCaller.Anyone;

    /// <summary>To be called before anything else is asked.</summary>
    public async Task KnowAsync()
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        Name = user.Identity is { IsAuthenticated: true } identity ? user.FindFirst(ProviderEvents.CalledClaim)?.Value ?? identity.Name : null;
        Caller = ApiCaller.Of(user, gate);
        SeesPii = (await authorization.AuthorizeAsync(user, nameof(ApiRole.ReadPii))).Succeeded;
        Operates = (await authorization.AuthorizeAsync(user, nameof(ApiRole.Operate))).Succeeded;
    }
}
