namespace CustomerTrack.Dashboard.SignIn;

/// <summary>Why somebody was not let in.</summary>
internal enum SignInProblem
{
    /// <summary>The key is nobody's.</summary>
    Key,

    /// <summary>They said no at the provider, or it did.</summary>
    Denied,

    /// <summary>The provider knows them, and none of their roles is one of ours.</summary>
    Role,

    /// <summary>The provider cannot be reached.</summary>
    Away,

    /// <summary>They come from a sign-in that was not begun in this browser, or too long ago.</summary>
    Stale,

    /// <summary>What the provider answered is not acceptable.</summary>
    Refused,
}
