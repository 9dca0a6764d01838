using System.Globalization;

namespace CustomerTrack.Snowflake;

/// <summary>Turns values as Snowflake sends them into the one spelling of <see cref="SnowflakeColumn"/>.</summary>
internal static class SnowflakeValue
{
    private const decimal TicksPerSecond = TimeSpan.TicksPerSecond;
    private const int NanosPerTick = 100;

    /// <summary>Added to the minutes of an offset, so that none is negative.</summary>
    private const int OffsetBias = 1440;

    /// <exception cref="FormatException">The value is not of the type.</exception>
    public static string? Spell(string type, string? value) => value is null ? null : type switch
    {
        "real" => Real(value),
        "boolean" => Boolean(value),
        "date" => Date(value),
        "time" => Time(value),
        "timestamp_ntz" => Timestamp(value),
        "timestamp_ltz" => Timestamp(value) + "+00:00",
        "timestamp_tz" => TimestampWithOffset(value),
        _ => value,
    };

    /// <summary>A floating-point number in the shortest form that reads back the same.</summary>
    public static string Real(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Real(string value) => value.ToUpperInvariant() switch
    {
        "INF" or "INFINITY" => Real(double.PositiveInfinity),
        "-INF" or "-INFINITY" => Real(double.NegativeInfinity),
        _ => Real(double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture)),
    };

    private static string Boolean(string value) => value switch
    {
        "1" or "true" or "TRUE" or "True" => "true",
        "0" or "false" or "FALSE" or "False" => "false",
        _ => throw new FormatException($"'{value}' is not a boolean."),
    };

    private static string Date(string value)
    {
        var days = long.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return Moment(days * TimeSpan.TicksPerDay).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string Time(string value)
    {
        var (ticks, nanos) = Split(value);
        return new TimeOnly(ticks).ToString("HH:mm:ss", CultureInfo.InvariantCulture) + Fraction(ticks, nanos);
    }

    private static string Timestamp(string value)
    {
        var (ticks, nanos) = Split(value);
        return Timestamp(Moment(ticks), nanos);
    }

    private static string TimestampWithOffset(string value)
    {
        var blank = value.IndexOf(' ', StringComparison.Ordinal);
        if (blank < 0)
        {
            throw new FormatException($"'{value}' has no offset.");
        }

        var offset = int.Parse(value.AsSpan(blank + 1), NumberStyles.None, CultureInfo.InvariantCulture) - OffsetBias;
        var (ticks, nanos) = Split(value[..blank]);
        return Timestamp(Moment(ticks + (offset * TimeSpan.TicksPerMinute)), nanos) + Offset(offset);
    }

    /// <summary>A moment without an offset; the fraction has as many digits as it needs.</summary>
    public static string Timestamp(DateTime moment, int nanos = 0) =>
        moment.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + Fraction(moment.Ticks, nanos);

    public static string Offset(int minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:D2}:{Math.Abs(minutes) % 60:D2}");

    /// <summary>A fraction of a second: nothing, or a point and up to nine digits.</summary>
    public static string Fraction(long ticks, int nanos)
    {
        var fraction = (ticks % TimeSpan.TicksPerSecond * NanosPerTick) + nanos;
        return fraction == 0 ? "" : "." + fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    /// <summary>Seconds with a fraction, as whole ticks and the nanoseconds above them. Rounded down, so that the rest is never negative.</summary>
    private static (long Ticks, int Nanos) Split(string seconds)
    {
        var exact = decimal.Parse(seconds, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * TicksPerSecond;
        var ticks = decimal.Floor(exact);
        return ((long)ticks, (int)((exact - ticks) * NanosPerTick));
    }

    private static DateTime Moment(long ticksSinceEpoch)
    {
        var ticks = DateTime.UnixEpoch.Ticks + ticksSinceEpoch;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime(ticks, DateTimeKind.Unspecified)
            : throw new FormatException("The moment is outside the years 1 to 9999.");
    }
}
