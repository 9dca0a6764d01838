using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Api;

/// <summary>Tokens of an OpenID provider that are accepted beside keys.</summary>
public sealed class OidcOptions
{
    /// <summary>The provider's address: its description is below it at /.well-known/openid-configuration. Default: none, and then no token is accepted.</summary>
    public string? Authority { get; set; }

    /// <summary>Whom a token must be meant for. Default: none; needed with <see cref="Authority"/>.</summary>
    public string? Audience { get; set; }

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
