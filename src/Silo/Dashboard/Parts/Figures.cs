using System.Globalization;

namespace CustomerTrack.Dashboard.Parts;

/// <summary>Figures as people read them.</summary>
internal static class Figures
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Count(long? count) => count?.ToString("N0", Culture) ?? "–";

    /// <summary>With what is counted: 1 object, 2 objects.</summary>
    /// <param name="thing">What one of it is called; several have an s.</param>
    public static string Count(long? count, string thing) => count == 1 ? $"1 {thing}" : $"{Count(count)} {thing}s";

    /// <summary>To three places: 1.24 k.</summary>
    public static string Short(double value) => double.IsNaN(value) ? "–" : Math.Abs(value) switch
    {
        >= 999_500_000 => Places(value / 1_000_000_000) + " G",
        >= 999_500 => Places(value / 1_000_000) + " M",
        >= 9_999.5 => Places(value / 1_000) + " k",
        >= 100 or 0 => value.ToString("N0", Culture),
        >= 10 => value.ToString("0.#", Culture),
        _ => value.ToString("0.##", Culture),
    };

    public static string Rate(double perSecond) => $"{Short(perSecond)}/s";

    public static string Percent(double share) => double.IsNaN(share) ? "–" : share.ToString(share is > 0 and < 0.1 ? "0.0 %" : "0 %", Culture);

    public static string Duration(double seconds) => double.IsNaN(seconds) ? "–" : Math.Abs(seconds) switch
    {
        0 => "0 s",
        < 0.001 => $"{seconds * 1_000_000:0} µs",
        < 0.01 => string.Create(Culture, $"{seconds * 1_000:0.#} ms"),
        < 0.9995 => $"{seconds * 1_000:0} ms",
        < 59.5 => string.Create(Culture, $"{seconds:0.#} s"),
        < 3_600 => string.Create(Culture, $"{Math.Floor(seconds / 60)} min {Math.Floor(seconds % 60)} s"),
        < 172_800 => string.Create(Culture, $"{Math.Floor(seconds / 3_600)} h {Math.Floor(seconds % 3_600 / 60)} min"),
        _ => string.Create(Culture, $"{Math.Floor(seconds / 86_400):N0} days"),
    };

    public static string Ago(DateTimeOffset? then, DateTimeOffset now) => then is { } at ? $"{Duration(Math.Max(0, (now - at).TotalSeconds))} ago" : "never";

    public static string Ago(DateTime? then, DateTimeOffset now) => Ago(then is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : (DateTimeOffset?)null, now);

    public static string Bytes(long? bytes) => bytes is not { } count ? "–" : count switch
    {
        < 1_000 => $"{count} B",
        < 1_000_000 => string.Create(Culture, $"{count / 1e3:0.#} kB"),
        < 1_000_000_000 => string.Create(Culture, $"{count / 1e6:0.#} MB"),
        _ => string.Create(Culture, $"{count / 1e9:0.##} GB"),
    };

    /// <summary>For SVG: at most two places, with a point.</summary>
    public static string At(double position) => position.ToString("0.##", Culture);

    private static string Places(double value) => value.ToString(value >= 99.95 ? "0" : value >= 9.995 ? "0.#" : "0.##", Culture);
}
