namespace CustomerTrack.Dashboard;

/// <summary>Dark or light, as the browser's cookies say: chosen by its user, or else what its system prefers.</summary>
public sealed record ThemeChoice
{
    // Written by dashboard.js.
    private const string ChosenCookie = "customertrack-theme";
    private const string SystemCookie = "customertrack-system-theme";
    private const string Dark = "dark";

    /// <summary>Null: the user has not chosen, the system's preference counts.</summary>
    public bool? IsChosenDark { get; init; }

    /// <summary>The system's preference, as it was on the last visit.</summary>
    public bool IsSystemDark { get; init; }

    public bool IsDark => IsChosenDark ?? IsSystemDark;

    /// <summary>What a request says.</summary>
    public static ThemeChoice Read(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new()
        {
            IsChosenDark = request.Cookies.TryGetValue(ChosenCookie, out var chosen) ? chosen == Dark : null,
            IsSystemDark = request.Cookies[SystemCookie] == Dark,
        };
    }
}
