using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CustomerTrack.Live;

/// <summary>
/// The place of a change in a feed. Numbers rise by one within a session: one stretch of listening of one process. Numbers of another
/// session say nothing here.
/// </summary>
internal readonly record struct ChangeId(string Session, long Number)
{
    private static readonly SearchValues<char> SessionCharacters = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ChangeId? id)
    {
        id = text.LastIndexOf('-') is > 0 and var dash
            && !text.AsSpan(0, dash).ContainsAnyExcept(SessionCharacters)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new(text[..dash], number)
                : null;
        return id is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Session}-{Number}");
}
