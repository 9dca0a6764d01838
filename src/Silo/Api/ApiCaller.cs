using System.Security.Claims;
using CustomerTrack.Audit;
using CustomerTrack.Dashboard.SignIn;

namespace CustomerTrack.Api;

/// <summary>Who asks.</summary>
/// <param name="Name">The name of the key, or the subject of the token.</param>
/// <param name="MaySeePersonal">Personal columns are shown plain.</param>
internal sealed record ApiCaller(string Name, AuditSource By, bool MaySeePersonal)
{
    /// <summary>Where nobody is asked who they are.</summary>
    public static readonly ApiCaller Anyone = new("anyone", AuditSource.Open, MaySeePersonal: true);

    /// <summary>Where no authentication is configured everybody is <see cref="Anyone"/>.</summary>
    public static ApiCaller Of(ClaimsPrincipal user, ApiGate gate) => gate.IsOpen
        ? Anyone
        : new(user.Identity?.Name ?? "unnamed", KnownBy(user), user.IsInRole(nameof(ApiRole.ReadPii)));

    /// <summary>What is recorded about what they do.</summary>
    public AuditEntry Does(AuditAction action, string? dimension, IReadOnlyList<string>? keyHashes, AuditOutcome outcome) =>
        new() { Who = Name, By = By, Action = action, Dimension = dimension, KeyHashes = keyHashes, Outcome = outcome };

    private static AuditSource KnownBy(ClaimsPrincipal user) => user.Identity?.AuthenticationType switch
    {
        ApiKeyHandler.SchemeName => AuditSource.ApiKey,
        ProviderSignIn.SessionScheme => AuditSource.Session,
        _ => AuditSource.Token,
    };
}
