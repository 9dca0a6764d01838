using System.Globalization;
using System.Numerics;

namespace CustomerTrack.Snowflake.Tests.Client;

public sealed class DriverValueTests
{
    /// <summary>The types that the driver gives for each of Snowflake's.</summary>
    public static TheoryData<string, int, object?, string?> Values => new()
    {
        { "fixed", 0, 42L, "42" },
        { "fixed", 0, -1L, "-1" },
        { "fixed", 4, 12.34m, "12.3400" },
        { "fixed", 2, -12.5m, "-12.50" },
        { "fixed", 0, BigInteger.Parse("99999999999999999999999999999999999999", CultureInfo.InvariantCulture), "99999999999999999999999999999999999999" },
        { "real", 0, 1.5, "1.5" },
        { "real", 0, double.NaN, "NaN" },
        { "text", 0, "null", "null" },
        { "text", 0, DBNull.Value, null },
        { "boolean", 0, true, "true" },
        { "boolean", 0, false, "false" },
        { "date", 0, new DateTime(1969, 12, 31), "1969-12-31" },
        { "time", 0, DateTime.UnixEpoch.AddTicks(110455000000), "03:04:05.5" },
        { "timestamp_ntz", 9, DateTime.UnixEpoch.AddTicks(17673226451234567), "2026-01-02T02:57:25.1234567" },
        { "timestamp_ltz", 9, new DateTimeOffset(2026, 1, 2, 3, 57, 25, TimeSpan.FromHours(1)), "2026-01-02T02:57:25+00:00" },
        { "timestamp_tz", 9, new DateTimeOffset(2026, 1, 2, 3, 57, 25, TimeSpan.FromHours(1)), "2026-01-02T03:57:25+01:00" },
        { "timestamp_tz", 9, new DateTimeOffset(2026, 1, 1, 18, 57, 25, TimeSpan.FromHours(-8)), "2026-01-01T18:57:25-08:00" },
        { "binary", 0, new byte[] { 0xCA, 0xFE }, "CAFE" },
        { "variant", 0, "{\"a\":1}", "{\"a\":1}" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_spelled_as_the_other_client_spells_it(string type, int scale, object? value, string? expected) =>
        Assert.Equal(expected, DriverValue.Spell(type, scale, value));

    [Fact]
    public void A_value_that_no_type_of_Snowflakes_has_is_refused() => Assert.Throws<FormatException>(() => DriverValue.Spell("text", 0, Guid.Empty));
}
