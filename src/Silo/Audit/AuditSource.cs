namespace CustomerTrack.Audit;

/// <summary>How a caller said who they are.</summary>
internal enum AuditSource
{
    /// <summary>Not at all: no authentication is configured, and only this machine is listened to.</summary>
    Open,

    /// <summary>With a key of the API.</summary>
    ApiKey,

    /// <summary>With a token of the OpenID provider.</summary>
    Token,

    /// <summary>By signing in at the dashboard through the OpenID provider.</summary>
    Session,

    /// <summary>With a command on this machine: whoever may read the data folder.</summary>
    Command,
}
