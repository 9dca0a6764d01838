using System.Globalization;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Records;

/// <summary>Reads and writes sequences as people and files spell them.</summary>
public static class SequenceText
{
    private static readonly long EpochTicks = DateTime.UnixEpoch.Ticks;

    /// <summary>
    /// Reads a sequence. A timestamp without an offset is UTC; fractions finer than a microsecond are cut off;
    /// a number with more digits after the point than the type's scale is refused, not rounded.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, ColumnType type, out long sequence)
    {
        text = text.Trim();
        switch (type.Kind)
        {
            case ColumnKind.Int64:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out sequence);
            case ColumnKind.Timestamp:
                return TryParseTimestamp(text, out sequence);
            case ColumnKind.Decimal:
                sequence = 0;
                return DecimalText.TryParse(text, type, out var unscaled) && (sequence = (long)unscaled) == unscaled;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "A sequence is int64, decimal or timestamp.");
        }
    }

    /// <summary>Reads a timestamp as microseconds since 1970-01-01 UTC.</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<char> text, out long microseconds)
    {
        microseconds = 0;

        // Without at least a full date .NET would fill in today's, and a record's meaning would depend on the day it is read.
        if (text.Length < 10 || !char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[3]) || text[4] != '-' || text[7] != '-'
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var value))
        {
            return false;
        }

        microseconds = FromTicks(value.UtcTicks);
        return true;
    }

    /// <summary>The sequence as text: digits, or <c>2026-01-31T12:00:00.000000Z</c>.</summary>
    public static string Format(long sequence, ColumnType type) => type.Kind switch
    {
        ColumnKind.Timestamp => ToDateTime(sequence).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ColumnKind.Decimal => DecimalText.Format(sequence, type.Scale),
        _ => sequence.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Microseconds since 1970-01-01 UTC of a tick count.</summary>
    public static long FromTicks(long ticks) => Math.DivRem(ticks - EpochTicks, TimeSpan.TicksPerMicrosecond, out var rest) - (rest < 0 ? 1 : 0);

    /// <summary>The UTC time of microseconds since 1970-01-01.</summary>
    public static DateTime ToDateTime(long microseconds) => new(EpochTicks + (microseconds * TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
}
