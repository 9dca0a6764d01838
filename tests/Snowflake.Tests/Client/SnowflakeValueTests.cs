using System.Globalization;
using CsCheck;

namespace CustomerTrack.Snowflake.Tests.Client;

public sealed class SnowflakeValueTests
{
    [Theory]
    [InlineData("fixed", "42", "42")]
    [InlineData("fixed", "-12.50", "-12.50")]
    [InlineData("fixed", "99999999999999999999999999999999999999", "99999999999999999999999999999999999999")]
    [InlineData("real", "1.5", "1.5")]
    [InlineData("real", "-0.1", "-0.1")]
    [InlineData("real", "1e3", "1000")]
    [InlineData("real", "1.7976931348623157E308", "1.7976931348623157E+308")]
    [InlineData("real", "NaN", "NaN")]
    [InlineData("real", "inf", "Infinity")]
    [InlineData("real", "-inf", "-Infinity")]
    [InlineData("text", "naïve ☃ 'null'", "naïve ☃ 'null'")]
    [InlineData("text", "", "")]
    [InlineData("text", "null", "null")]
    [InlineData("text", null, null)]
    [InlineData("date", null, null)]
    [InlineData("boolean", "true", "true")]
    [InlineData("boolean", "false", "false")]
    [InlineData("boolean", "1", "true")]
    [InlineData("boolean", "0", "false")]
    [InlineData("boolean", "TRUE", "true")]
    [InlineData("date", "20455", "2026-01-02")]
    [InlineData("date", "0", "1970-01-01")]
    [InlineData("date", "-1", "1969-12-31")]
    [InlineData("date", "-719162", "0001-01-01")]
    [InlineData("date", "2932896", "9999-12-31")]
    [InlineData("time", "0.000000000", "00:00:00")]
    [InlineData("time", "11045.500000000", "03:04:05.5")]
    [InlineData("time", "86399.999999999", "23:59:59.999999999")]
    [InlineData("timestamp_ntz", "1767322645.123456700", "2026-01-02T02:57:25.1234567")]
    [InlineData("timestamp_ntz", "1767322645.123456789", "2026-01-02T02:57:25.123456789")]
    [InlineData("timestamp_ntz", "1767322645.123456", "2026-01-02T02:57:25.123456")]
    [InlineData("timestamp_ntz", "1767322645", "2026-01-02T02:57:25")]
    [InlineData("timestamp_ntz", "1767322645.000000000", "2026-01-02T02:57:25")]
    [InlineData("timestamp_ntz", "-0.000000001", "1969-12-31T23:59:59.999999999")]
    [InlineData("timestamp_ntz", "-1.500000000", "1969-12-31T23:59:58.5")]
    [InlineData("timestamp_ntz", "-62135596800.000000000", "0001-01-01T00:00:00")]
    [InlineData("timestamp_ntz", "253402300799.999999999", "9999-12-31T23:59:59.999999999")]
    [InlineData("timestamp_ltz", "1767322645.123456700", "2026-01-02T02:57:25.1234567+00:00")]
    [InlineData("timestamp_tz", "1767322645.123456700 1500", "2026-01-02T03:57:25.1234567+01:00")]
    [InlineData("timestamp_tz", "1767322645.000000000 1440", "2026-01-02T02:57:25+00:00")]
    [InlineData("timestamp_tz", "1767322645.000000000 1110", "2026-01-01T21:27:25-05:30")]
    [InlineData("timestamp_tz", "-1.500000000 1770", "1970-01-01T05:29:58.5+05:30")]
    [InlineData("binary", "CAFE", "CAFE")]
    [InlineData("variant", "{\n  \"a\": 1\n}", "{\n  \"a\": 1\n}")]
    [InlineData("object", "{}", "{}")]
    [InlineData("array", "[1,null]", "[1,null]")]
    public void Every_type_has_one_spelling(string type, string? sent, string? expected) => Assert.Equal(expected, SnowflakeValue.Spell(type, sent));

    [Theory]
    [InlineData("date", "2026-01-02")]
    [InlineData("date", "99999999999")]
    [InlineData("boolean", "yes")]
    [InlineData("timestamp_ntz", "2026-01-02 00:00:00")]
    [InlineData("timestamp_ntz", "99999999999999")]
    [InlineData("timestamp_tz", "1767322645.0")]
    [InlineData("time", "86400.0")]
    [InlineData("real", "abc")]
    public void What_is_not_of_its_type_is_refused(string type, string sent)
    {
        var failure = Assert.ThrowsAny<Exception>(() => SnowflakeValue.Spell(type, sent));

        Assert.True(failure is FormatException or OverflowException or ArgumentException, failure.GetType().Name);
    }

    [Fact]
    public void Any_moment_reads_back_as_itself()
    {
        Gen.Long[DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks].Select(Gen.Int[0, 99]).Sample((ticks, nanos) =>
        {
            var sinceEpoch = (Int128)(ticks - DateTime.UnixEpoch.Ticks) * 100 + nanos;
            var magnitude = Int128.Abs(sinceEpoch);
            var sent = $"{(sinceEpoch < 0 ? "-" : "")}{magnitude / 1_000_000_000}.{((long)(magnitude % 1_000_000_000)).ToString("D9", CultureInfo.InvariantCulture)}";

            var spelled = SnowflakeValue.Spell("timestamp_ntz", sent)!;

            var point = spelled.IndexOf('.', StringComparison.Ordinal);
            var whole = DateTime.ParseExact(point < 0 ? spelled : spelled[..point], "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
            var fraction = point < 0 ? 0 : long.Parse(spelled[(point + 1)..].PadRight(9, '0'), CultureInfo.InvariantCulture);
            Assert.Equal(((Int128)ticks * 100) + nanos, ((Int128)whole.Ticks * 100) + fraction);
        });
    }
}
