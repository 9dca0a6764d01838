namespace CustomerTrack.OpenId;

/// <summary>A sign-in that has begun: what the client asked for, as far as it is checked later.</summary>
internal sealed record SignInRequest(string RedirectUri, string State, string Nonce, string CodeChallenge, OpenIdPerson? Person);
