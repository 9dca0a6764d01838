using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using CustomerTrack.Ingest;
using CustomerTrack.Records;

namespace CustomerTrack.Tests.Ingest;

public sealed class ValueTests : IDisposable
{
    private const string Definition = """
        {
          "name": "product", "key": ["shop", "no"], "sequence": { "column": "seq", "type": "int64" }, "ordinal": "line", "missing": "keep",
          "columns": {
            "no": { "type": "int64" }, "n": { "type": "int64" }, "price": { "type": "decimal(6,2)" }, "weight": { "type": "double" }, "sold": { "type": "boolean", "history": "latest" },
            "born": { "type": "date" }, "seen": { "type": "timestamp" }, "tags": { "type": "json" }
          }
        }
        """;

    private static readonly JsonSerializerOptions Turned = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IngestFixture _ingest = new(Definition);

    public void Dispose() => _ingest.Dispose();

    [Theory]
    [InlineData("n", "7", "7")]
    [InlineData("n", " +007 ", "7")]
    [InlineData("n", "7.0", "7")]
    [InlineData("n", "1e2", "100")]
    [InlineData("n", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("n", "9223372036854775808", null)]
    [InlineData("n", "7.5", null)]
    [InlineData("n", "seven", null)]
    [InlineData("price", "10", "10.00")]
    [InlineData("price", "10.0", "10.00")]
    [InlineData("price", "1e1", "10.00")]
    [InlineData("price", "1.250", "1.25")]
    [InlineData("price", "1.255", null)]
    [InlineData("price", "12345", null)]
    [InlineData("weight", "1.50", "1.5")]
    [InlineData("weight", "-0", "0")]
    [InlineData("weight", "1e999", null)]
    [InlineData("weight", "NaN", "NaN")]
    [InlineData("weight", "1,5", null)]
    [InlineData("sold", "TRUE", "true")]
    [InlineData("sold", "t", "true")]
    [InlineData("sold", "1", "true")]
    [InlineData("sold", "No", "false")]
    [InlineData("sold", "0", "false")]
    [InlineData("sold", "maybe", null)]
    [InlineData("born", "2024-02-29", "2024-02-29")]
    [InlineData("born", "2023-02-29", null)]
    [InlineData("born", "29.02.2024", null)]
    [InlineData("born", "2024-02-29T00:00:00Z", null)]
    [InlineData("seen", "2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000000Z")]
    [InlineData("seen", "2026-01-31 12:00:00.1234567", "2026-01-31T12:00:00.123456Z")]
    [InlineData("seen", "2026-01-31", "2026-01-31T00:00:00.000000Z")]
    [InlineData("seen", "1769860800", null)]
    [InlineData("tags", "{\"b\" : 1.0, \"a\":[1e1, \"\\u0041\\/\"]}", "{\"a\":[10,\"A/\"],\"b\":1}")]
    [InlineData("tags", "{a:1}", null)]
    [InlineData("tags", "{\"a\":1,\"a\":1}", null)]
    [InlineData("tags", "\"vip\"", "\"vip\"")]
    public void A_value_has_one_meaning_in_CSV_and_NDJSON(string column, string text, string? expected)
    {
        var csv = _ingest.Csv($"shop,no,seq,{column}\nx,1,1,\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        var json = _ingest.Json($$"""{"shop":"x","no":1,"seq":1,"{{column}}":{{JsonSerializer.Serialize(text)}}}""");

        Assert.Equal(expected is null ? [] : [$"x|1: {column}={expected}"], csv.Rows);
        Assert.Equal(csv.Rows, json.Rows);
        Assert.Equal(expected is null ? [("bad_value", column)] : [], csv.Rejected.Select(rejected => (rejected.Reason, rejected.Column!)));
        Assert.Equal(csv.Rejected.Select(rejected => rejected.Message), json.Rejected.Select(rejected => rejected.Message));
    }

    [Theory]
    [InlineData("n", "7", "7")]
    [InlineData("n", "7.0", "7")]
    [InlineData("price", "1.5e0", "1.50")]
    [InlineData("sold", "true", "true")]
    [InlineData("sold", "0", "false")]
    [InlineData("tags", "{ \"b\": null, \"a\": [] }", "{\"a\":[],\"b\":null}")]
    [InlineData("tags", "12.50", "12.5")]
    [InlineData("tags", "null", "∅")]
    [InlineData("tags", "\"null\"", "∅")]
    public void A_JSON_value_is_taken_as_it_is(string column, string json, string expected)
    {
        var file = _ingest.Json($$"""{"shop":"x","no":1,"seq":1,"{{column}}":{{json}}}""");

        Assert.Equal([$"x|1: {column}={expected}"], file.Rows);
    }

    [Fact]
    public void Keys_are_canonical_and_their_parts_are_escaped()
    {
        var file = _ingest.Csv("shop,no,seq\n\"a|b\\c\",007,1\n\"a|b\\c\",7.0,2\nx,,3\nx,y,4\n");

        Assert.Equal([KeyText.Join(["a|b\\c", "7"]), KeyText.Join(["a|b\\c", "7"])], file.Records.Select(record => record.Key));
        Assert.Equal([("null_key", "no"), ("bad_key", "no")], file.Rejected.Select(rejected => (rejected.Reason, rejected.Column!)));
    }

    [Fact]
    public void Number_sequences_are_numbers_also_as_text()
    {
        var file = _ingest.Json("""
            {"shop":"x","no":1,"seq":"9"}
            {"shop":"x","no":1,"seq":"10"}
            {"shop":"x","no":1,"seq":100.0}
            """);

        Assert.Equal([9L, 10L, 100L], file.Records.Select(record => record.Sequence));
    }

    [Fact]
    public void Ordinals_are_numbers_or_nothing()
    {
        var file = _ingest.Csv("shop,no,seq,line\nx,1,1,12\nx,1,1,\nx,1,1,a\n");

        Assert.Equal([12L, Record.NoOrdinal], file.Records.Select(record => record.Ordinal));
        Assert.Equal(["bad_ordinal"], file.Reasons);
    }

    [Fact]
    public void A_column_that_is_missing_is_absent_and_null_is_null_where_missing_keeps()
    {
        Assert.Equal(["x|1: price=∅"], _ingest.Json("""{"shop":"x","no":1,"seq":1,"price":null}""").Rows);
        Assert.Equal(["x|1: price=∅"], _ingest.Csv("shop,no,seq,price\nx,1,1,\n").Rows);
    }

    [Theory]
    [InlineData("""{ "arrival": true }""", "a.csv", 1_769_860_800_000_000L)]
    [InlineData("""{ "fileName": "feed_(yyyyMMdd)" }""", "feed_19700102.csv", 86_400_000_000L)]
    [InlineData("""{ "fileName": "feed_(number)" }""", "feed_77.csv", 77L)]
    public void A_sequence_may_belong_to_the_file(string sequence, string name, long expected)
    {
        using var ingest = new IngestFixture(IngestFixture.Customer.Replace("""{ "column": "at", "type": "timestamp" }""", sequence, StringComparison.Ordinal));

        var file = ingest.Read(name, Encoding.UTF8.GetBytes("id,name\n1,Ann\n"));

        Assert.Equal(expected, Assert.Single(file.Records).Sequence);
    }

    [Fact]
    public void A_name_without_the_sequence_refuses_the_file()
    {
        using var ingest = new IngestFixture(IngestFixture.Customer.Replace("""{ "column": "at", "type": "timestamp" }""", """{ "fileName": "feed_(yyyyMMdd)" }""", StringComparison.Ordinal));

        Assert.Equal("bad_file_name", Assert.Throws<UnreadableFileException>(() => ingest.Csv("id,name\n1,Ann\n")).Reason);
    }

    /// <summary>The fast reader of times and the general one agree on every spelling near the usual ones.</summary>
    [Fact]
    public void Times_read_the_same_fast_and_slow()
    {
        var usual = Gen.Select(Gen.DateTime, OneOf("T", " "), Gen.Int[0, 7], OneOf("", "Z", "+02:00", "-13:45", "+14:00", "+0200", " +01", "z", "+99:00"))
            .Select((time, separator, digits, offset) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + separator
                + time.ToString("HH:mm:ss" + (digits == 0 ? "" : "." + new string('f', digits)), CultureInfo.InvariantCulture) + offset);
        Gen.Select(usual, Gen.Int[0, 40], OneOf('\0', '0', '9', '-', ':', '.', 'T', 'x')).Sample((text, at, change) =>
        {
            var spelled = change == '\0' || at >= text.Length ? text : text[..at] + change + text[(at + 1)..];
            var fast = IsoTime.TryParse(Encoding.UTF8.GetBytes(spelled), out var microseconds);

            Assert.Equal(SequenceText.TryParseTimestamp(spelled, out var expected), fast);
            Assert.Equal(expected, microseconds);
        }, iter: 20_000);
    }

    /// <summary>Any spelling of a JSON value gives the same bytes: members shuffled, white space, escapes.</summary>
    [Fact]
    public void JSON_is_canonical()
    {
        var genName = Gen.String[Gen.Char["abÖ\"\\\n"], 0, 3];
        Gen.Dictionary(genName, Gen.OneOf(Gen.Int.Select(number => (object)number), genName.Select(text => (object)text)))[0, 6].Sample(members =>
        {
            var canonical = new JsonCanonical();
            var straight = JsonSerializer.SerializeToUtf8Bytes(new { a = members, z = 1 });
            var turned = JsonSerializer.SerializeToUtf8Bytes(
                new { z = 1.0m, a = members.Reverse().ToDictionary() },
                Turned);

            var expected = Encoding.UTF8.GetString(canonical.Convert(straight));

            Assert.Equal(expected, Encoding.UTF8.GetString(canonical.Convert(turned)));
            Assert.Equal(expected, Encoding.UTF8.GetString(canonical.Convert(Encoding.UTF8.GetBytes(expected))));
        }, iter: 5000);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
