namespace CustomerTrack.Snowflake;

/// <summary>
/// A column of an answer. Values are spelled: numbers plain (<c>-12.50</c>), with all digits of their scale; real in the shortest
/// form that reads back the same; boolean <c>true</c> or <c>false</c>; date <c>2026-01-31</c>; time <c>12:00:00.5</c>; timestamps
/// <c>2026-01-31T12:00:00.123456</c>, with <c>+02:00</c> where they have an offset and <c>+00:00</c> where they are an instant
/// (timestamp_ltz); a fraction has the digits it needs, nine at most, none when it is zero; binary in hexadecimal; text as it is.
/// </summary>
/// <param name="Type">Snowflake's name for the type, lower case: fixed, real, text, boolean, date, timestamp_ntz, …</param>
public sealed record SnowflakeColumn(string Name, string Type);
