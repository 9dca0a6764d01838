using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Tests;

public sealed class FileNamePatternTests
{
    [Theory]
    [InlineData("customer_(yyyyMMddHHmmss)", "customer_20260131120501.csv", "2026-01-31T12:05:01.000000Z")]
    [InlineData("customer_(yyyyMMddHHmmss)", "customer_20260131120501.replay-5-6.ndjson", "2026-01-31T12:05:01.000000Z")]
    [InlineData("(yyyy-MM-dd)", "2026-01-31_full.csv.gz", "2026-01-31T00:00:00.000000Z")]
    [InlineData("*_(yyyyMMdd'T'HHmm)", "x", null)]
    [InlineData("*_(yyyyMMddTHHmmss.fffZ)", "crm_eu_20260131T120501.250Z.csv", "2026-01-31T12:05:01.250000Z")]
    [InlineData("customer_(yyyyMMdd)", "customer_20260231.csv", null)]
    [InlineData("customer_(yyyyMMdd)", "customer_202601311.csv", null)]
    [InlineData("customer_(yyyyMMdd)", "old_customer_20260131.csv", null)]
    [InlineData("a.b(yyyyMMdd)", "axb20260131.csv", null)]
    public void A_time_is_read_from_the_name(string pattern, string name, string? expected)
    {
        var type = new ColumnType(ColumnKind.Timestamp);

        Assert.Equal(expected, FileNamePattern.TryParse(pattern, out var parsed) && parsed.TryRead(name, out var sequence) ? SequenceText.Format(sequence, type) : null);
    }

    [Fact]
    public void A_number_is_read_from_the_name()
    {
        Assert.True(FileNamePattern.TryParse("batch-(number)-of-crm", out var pattern));
        Assert.True(pattern.TryRead("batch-00042-of-crm.csv", out var sequence));
        Assert.Equal(42, sequence);
        Assert.False(pattern.TryRead("batch-99999999999999999999-of-crm.csv", out _));
    }

    [Theory]
    [InlineData("customer")]
    [InlineData("customer_()")]
    [InlineData("customer_(yyyyMM)")]
    [InlineData("customer_(yyyyMMdd)(HHmm)")]
    [InlineData("customer_(yyyyyyyyMMdd)")]
    [InlineData("customer_(day)")]
    [InlineData(")customer(")]
    public void A_pattern_needs_exactly_one_whole_date_or_number(string pattern) => Assert.False(FileNamePattern.TryParse(pattern, out _));
}
