namespace CustomerTrack.Dashboard.SignIn;

/// <summary>Where somebody goes who signed in: a page of this process, never another's.</summary>
internal static class ReturnAddress
{
    public const string First = "/";

    /// <summary>The page that was asked for, or the first one where that is not ours.</summary>
    public static string Of(string? asked) => asked is not null && IsOurs(asked) ? asked : First;

    // Browsers read a backslash as a slash and leave out control characters, so both could make another host of it.
    private static bool IsOurs(string page) =>
        page.StartsWith('/') && !page.StartsWith("//", StringComparison.Ordinal) && !page.Contains('\\', StringComparison.Ordinal) && !page.Any(char.IsControl);
}
