using CustomerTrack.Cli;

namespace CustomerTrack.Api;

/// <summary>What the dashboard shows the provider to be the one that is registered.</summary>
internal static class OidcClientSecret
{
    /// <summary>Reads it; null where nobody signs in through a provider. A message never shows it.</summary>
    /// <exception cref="UsageException">Its file cannot be read or is empty.</exception>
    public static string? Read(OidcOptions oidc)
    {
        if (!oidc.SignsIn)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(oidc.ClientSecretFile))
        {
            return oidc.ClientSecret?.Trim();
        }

        var name = $"{ApiOptions.SectionName}:{nameof(ApiOptions.Oidc)}:{nameof(OidcOptions.ClientSecretFile)}";
        try
        {
            return File.ReadAllText(oidc.ClientSecretFile).Trim() is { Length: > 0 } secret ? secret : throw new UsageException($"{name} is '{oidc.ClientSecretFile}', which is empty; expected is a secret.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{name} is '{oidc.ClientSecretFile}' and cannot be read: {e.Message}");
        }
    }
}
