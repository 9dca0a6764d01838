namespace CustomerTrack.OpenId;

/// <summary>Somebody who has an account.</summary>
/// <param name="Roles">An array or a text; null for none.</param>
public sealed record OpenIdPerson(string Subject, string Name, object? Roles);
