namespace CustomerTrack.OpenId;

/// <summary>What a provider, or somebody who plays it, gets wrong.</summary>
public enum OpenIdFlaw
{
    None,

    /// <summary>The answer has another state than was sent.</summary>
    State,

    /// <summary>The token has another nonce than was sent.</summary>
    Nonce,

    /// <summary>The token's time is over.</summary>
    Expired,

    /// <summary>The token is meant for another client.</summary>
    Audience,

    /// <summary>The token is of another issuer.</summary>
    Issuer,

    /// <summary>The token is signed with a key that the provider does not publish.</summary>
    Key,

    /// <summary>The token is not signed.</summary>
    Unsigned,

    /// <summary>The code was used before.</summary>
    Code,
}
