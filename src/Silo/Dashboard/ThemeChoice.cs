namespace CustomerTrack.Dashboard;

/// <summary>Dark or light, as the browser says: chosen by its user, or else what its system prefers. On the first visit only some browsers say that, and only when they are asked.</summary>
public sealed record ThemeChoice
{
    // Written by dashboard.js.
    private const string ChosenCookie = "customertrack-theme";
    private const string SystemCookie = "customertrack-system-theme";
    private const string Dark = "dark";

    // https://wicg.github.io/user-preference-media-features-headers: a text in quotes.
    private const string Hint = "Sec-CH-Prefers-Color-Scheme";

    /// <summary>Null: the user has not chosen, the system's preference counts.</summary>
    public bool? IsChosenDark { get; init; }

    /// <summary>The system's preference, as it was on the last visit, or is on the first.</summary>
    public bool IsSystemDark { get; init; }

    public bool IsDark => IsChosenDark ?? IsSystemDark;

    /// <summary>What a request says.</summary>
    public static ThemeChoice Read(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new()
        {
            IsChosenDark = request.Cookies.TryGetValue(ChosenCookie, out var chosen) ? chosen == Dark : null,
            IsSystemDark = (request.Cookies[SystemCookie] ?? request.Headers[Hint].ToString().Trim('"')) == Dark,
        };
    }

    /// <summary>Asks the browser for its system's preference: with this very request once more, if it did not say.</summary>
    public static void Ask(HttpResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.Headers["Accept-CH"] = Hint;
        response.Headers["Critical-CH"] = Hint;
        response.Headers.Append("Vary", Hint);
    }
}
