namespace CustomerTrack.Api;

/// <summary>Who may use the HTTP API.</summary>
public sealed class ApiOptions
{
    public const string SectionName = "CustomerTrack:Api";

    /// <summary>The keys, by the names of their holders. Without one nobody is asked for a key, and only loopback is listened on. Default: none.</summary>
    public Dictionary<string, ApiKeyOptions> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>Tokens that are accepted beside keys. Default: none.</summary>
    public OidcOptions Oidc { get; } = new();
}
