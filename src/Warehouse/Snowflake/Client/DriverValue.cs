using System.Globalization;
using System.Numerics;

namespace CustomerTrack.Snowflake;

/// <summary>Turns values as the driver gives them into the one spelling of <see cref="SnowflakeColumn"/>.</summary>
internal static class DriverValue
{
    /// <param name="type">The column's type, lower case.</param>
    /// <param name="scale">Digits after the point of a fixed number.</param>
    /// <exception cref="FormatException">The driver gives what it does not describe.</exception>
    public static string? Spell(string type, int scale, object? value) => value switch
    {
        null or DBNull => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        decimal number => type == "fixed" ? number.ToString("F" + scale.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture),
        double number => SnowflakeValue.Real(number),
        float number => SnowflakeValue.Real(number),
        sbyte or short or int or long or BigInteger => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        DateTime moment => type switch
        {
            "date" => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "time" => moment.ToString("HH:mm:ss", CultureInfo.InvariantCulture) + SnowflakeValue.Fraction(moment.Ticks, nanos: 0),
            _ => SnowflakeValue.Timestamp(moment),
        },
        DateTimeOffset moment when type == "timestamp_ltz" => SnowflakeValue.Timestamp(moment.UtcDateTime) + "+00:00",
        DateTimeOffset moment => SnowflakeValue.Timestamp(moment.DateTime) + SnowflakeValue.Offset((int)moment.Offset.TotalMinutes),
        byte[] bytes => Convert.ToHexString(bytes),
        _ => throw new FormatException($"A value of the type {value.GetType().Name} was not expected."),
    };
}
