namespace CustomerTrack.S3;

/// <summary>What went wrong at a store, as far as it matters for what to do about it.</summary>
public enum S3FailureKind
{
    /// <summary>Anything else; the message has the store's own words.</summary>
    Other,

    /// <summary>There is no such bucket.</summary>
    NoBucket,

    /// <summary>The bucket is in another region than the one that was asked.</summary>
    WrongRegion,

    /// <summary>No credentials were found.</summary>
    NoCredentials,

    /// <summary>The store does not know the credentials, or they ended.</summary>
    CredentialsRefused,

    /// <summary>The credentials are good, but this is not allowed with them.</summary>
    Denied,

    /// <summary>This machine's clock and the store's differ too much.</summary>
    Clock,

    /// <summary>The store asks to be asked less.</summary>
    Throttled,

    /// <summary>Nobody answers at the address, or the connection broke.</summary>
    Unreachable,

    /// <summary>No answer within the time of a request.</summary>
    TimedOut,

    /// <summary>There is no such object.</summary>
    NoObject,

    /// <summary>There is such an object already, or it changed meanwhile.</summary>
    ConditionFailed,

    /// <summary>The store itself failed.</summary>
    StoreFailed,
}
