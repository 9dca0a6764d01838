namespace CustomerTrack.Api;

/// <summary>Who may use the HTTP API.</summary>
public sealed class ApiOptions
{
    public const string SectionName = "CustomerTrack:Api";

    /// <summary>The keys, by the names of their holders. Without one nobody is asked for a key, and only loopback is listened on. Default: none.</summary>
    public Dictionary<string, ApiKeyOptions> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The address at which browsers reach the dashboard, where a proxy in front ends TLS: <c>https://customers.example.com</c>. Default: none, each request says.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>An OpenID provider beside keys, or instead of them. Default: none.</summary>
    public OidcOptions Oidc { get; } = new();
}
