namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A column of a result as both protocols describe it.</summary>
/// <param name="Type">fixed, real, text, boolean, date, time, timestamp_ntz, timestamp_ltz, variant or binary.</param>
internal sealed record ResultColumn(string Name, string Type, int? Precision = null, int? Scale = null, long? Length = null, bool Nullable = true)
{
    public static ResultColumn Text(string name) => new(name, "text", Length: 16777216);

    public static ResultColumn Number(string name) => new(name, "fixed", 38, 0);
}
