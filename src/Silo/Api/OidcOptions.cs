using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Api;

/// <summary>An OpenID provider: tokens of it that are accepted beside keys, and people who sign in at the dashboard through it.</summary>
public sealed class OidcOptions
{
    /// <summary>The provider's address: its description is below it at /.well-known/openid-configuration. Default: none, and then nobody is known by it.</summary>
    public string? Authority { get; set; }

    /// <summary>Whom a token of the API must be meant for. Default: none, and then no token is accepted.</summary>
    public string? Audience { get; set; }

    /// <summary>As what the dashboard is registered with the provider. Default: none, and then nobody signs in through it.</summary>
    public string? ClientId { get; set; }

    /// <summary>The secret of the registration, from the environment. Default: none; with <see cref="ClientId"/> this or <see cref="ClientSecretFile"/>.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>A file that holds the secret, as mounted by a container's secrets; read when the process starts. Default: none.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>What the provider is asked for, with spaces between; some need one more for roles. Default: openid profile.</summary>
    [Required]
    public string Scope { get; set; } = "openid profile";

    /// <summary>How long somebody stays signed in, with the roles they had then, 10 s to 24 h. Default: 8 h.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(8);

    /// <summary>The claim that holds roles: an array, or a text with spaces between. Default: roles.</summary>
    [Required]
    public string RoleClaim { get; set; } = "roles";

    /// <summary>The role that is <see cref="ApiRole.Read"/>. Default: customertrack.read.</summary>
    [Required]
    public string ReadRole { get; set; } = "customertrack.read";

    /// <summary>The role that is <see cref="ApiRole.ReadPii"/>. Default: customertrack.read-pii.</summary>
    [Required]
    public string ReadPiiRole { get; set; } = "customertrack.read-pii";

    /// <summary>The role that is <see cref="ApiRole.Operate"/>. Default: customertrack.operate.</summary>
    [Required]
    public string OperateRole { get; set; } = "customertrack.operate";

    internal bool IsConfigured => !string.IsNullOrWhiteSpace(Authority);

    internal bool TakesTokens => IsConfigured && !string.IsNullOrWhiteSpace(Audience);

    internal bool SignsIn => IsConfigured && !string.IsNullOrWhiteSpace(ClientId);

    /// <summary>The highest role that one of <paramref name="claimed"/> is; null for none.</summary>
    internal ApiRole? RoleOf(IEnumerable<string> claimed)
    {
        ApiRole? highest = null;
        foreach (var name in claimed.SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            ApiRole? role = name == OperateRole ? ApiRole.Operate : name == ReadPiiRole ? ApiRole.ReadPii : name == ReadRole ? ApiRole.Read : null;
            highest = role > highest || highest is null ? role ?? highest : highest;
        }

        return highest;
    }
}
