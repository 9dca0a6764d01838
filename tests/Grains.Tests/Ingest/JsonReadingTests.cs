using System.Text;
using CustomerTrack.Records;

namespace CustomerTrack.Tests.Ingest;

public sealed class JsonReadingTests : IDisposable
{
    private const string At = "2026-01-31T12:00:00Z";
    private readonly IngestFixture _ingest = new();

    public void Dispose() => _ingest.Dispose();

    [Fact]
    public void An_object_a_line_is_a_record_whatever_the_order_of_its_members()
    {
        var file = _ingest.Json($$"""
            {"id":"1","at":"{{At}}","name":"Ann","city":"Oslo"}

            {"city":"","name":null,"id":42,"at":"{{At}}","extra":{"a":[1,"}"]} }
              {"at" : "2026-01-31T13:00:00+01:00", "n\u0061me":"\u00d6\"\n", "id":"a|b"}
            {"id":"1","at":"{{At}}","op":"d","city":7}
            """.Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.Empty(file.Rejected);
        Assert.Equal(["1: name=Ann, city=Oslo", "42: name=∅, city=", "a\\|b: name=Ö\"\n, city=∅", "1: deleted"], file.Rows);
        Assert.All(file.Records, record => Assert.Equal(1_769_860_800_000_000L, record.Sequence));
        Assert.Equal(("extra", 1L), Assert.Single(file.Unknown.Select(pair => (pair.Key, pair.Value))));
    }

    [Theory]
    [InlineData("{\"id\":\"1\"", "bad_json")]
    [InlineData("[1]", "bad_json")]
    [InlineData("\"text\"", "bad_json")]
    [InlineData("{\"id\":\"1\"} {}", "bad_json")]
    [InlineData("{\"id\":\"1\",\"id\":\"2\",\"at\":\"{at}\"}", "bad_json")]
    [InlineData("{\"id\":\"\\ud800\",\"at\":\"{at}\"}", "bad_json")]
    [InlineData("{\"at\":\"{at}\"}", "null_key")]
    [InlineData("{\"id\":null,\"at\":\"{at}\"}", "null_key")]
    [InlineData("{\"id\":\"\",\"at\":\"{at}\"}", "null_key")]
    [InlineData("{\"id\":{},\"at\":\"{at}\"}", "bad_key")]
    [InlineData("{\"id\":\"1\"}", "bad_sequence")]
    [InlineData("{\"id\":\"1\",\"at\":null}", "bad_sequence")]
    [InlineData("{\"id\":\"1\",\"at\":\"12:00\"}", "bad_sequence")]
    [InlineData("{\"id\":\"1\",\"at\":20260131}", "bad_sequence")]
    [InlineData("{\"id\":\"1\",\"at\":\"{at}\",\"op\":\"t\"}", "operation_not_supported")]
    [InlineData("{\"id\":\"1\",\"at\":\"{at}\",\"op\":\"e\"}", "operation_not_supported")]
    [InlineData("{\"id\":\"1\",\"at\":\"{at}\",\"op\":\"x\"}", "bad_operation")]
    [InlineData("{\"id\":\"1\",\"at\":\"{at}\",\"name\":[1]}", "bad_value")]
    public void A_bad_line_is_rejected_alone(string line, string reason)
    {
        var file = _ingest.Json($$"""{"id":"0","at":"{{At}}"}""" + "\n" + line.Replace("{at}", At, StringComparison.Ordinal) + "\n" + $$"""{"id":"2","at":"{{At}}"}""");

        Assert.Equal(["0", "2"], file.Records.Select(record => record.Key));
        Assert.Equal((2L, 2L, reason), (file.Rejected[0].Line, file.Rejected[0].Row, Assert.Single(file.Reasons)));
    }

    [Fact]
    public void A_line_over_the_limit_is_rejected_and_the_next_one_is_read()
    {
        var row = $$"""{"id":"1","at":"{{At}}","name":"x"}""";

        var file = _ingest.Json($"{row}\n{row.Replace("x", new string('x', 3_000_000), StringComparison.Ordinal)}\n{row}\n{row.Replace("x", new string('x', 1_048_576 - row.Length + 2), StringComparison.Ordinal)}\n{row}");

        Assert.Equal([1L, 3L, 5L], file.Records.Select(record => record.Row));
        Assert.Equal([(2L, "record_too_long"), (4L, "record_too_long")], file.Rejected.Select(rejected => (rejected.Line, rejected.Reason)));
    }

    [Fact]
    public void Invalid_UTF8_costs_its_line_only()
    {
        byte[] text = [.. Encoding.UTF8.GetBytes($$"""{"id":"0","at":"{{At}}"}"""), (byte)'\n', (byte)'{', 0xC3, 0x28, (byte)'}', (byte)'\n', .. Encoding.UTF8.GetBytes($$"""{"id":"2","at":"{{At}}"}""")];

        var file = _ingest.Read("a.jsonl", text);

        Assert.Equal(["0", "2"], file.Records.Select(record => record.Key));
        Assert.Equal("bad_utf8", Assert.Single(file.Reasons));
    }

    [Theory]
    [InlineData("u")]
    [InlineData("I")]
    [InlineData("update")]
    [InlineData("")]
    public void The_usual_words_for_an_upsert_are_known(string operation)
    {
        var file = _ingest.Json($$"""{"id":"1","at":"{{At}}","op":"{{operation}}"}""");

        Assert.Equal(RecordKind.Upsert, Assert.Single(file.Records).Kind);
    }

    [Fact]
    public void A_sequence_ahead_of_the_clock_is_rejected()
    {
        var limit = _ingest.Time.GetUtcNow().AddMinutes(5);

        var file = _ingest.Json($$"""
            {"id":"1","at":"{{limit:yyyy-MM-ddTHH:mm:ss.ffffffZ}}"}
            {"id":"2","at":"{{limit.AddMilliseconds(1):yyyy-MM-ddTHH:mm:ss.ffffffZ}}"}
            """);

        Assert.Equal(["1"], file.Records.Select(record => record.Key));
        Assert.Equal(["future_sequence"], file.Reasons);
    }

    [Fact]
    public void Personal_values_stay_out_of_messages()
    {
        var file = _ingest.Json($$"""{"id":"1","at":"{{At}}","name":["Ann"]}""");

        Assert.Equal("A value of 7 bytes found in 'name', expected a text; an object or array needs a column of type json.", file.Rejected[0].Message);
    }

    [Fact]
    public void An_empty_file_has_no_records() => Assert.Empty(_ingest.Json("").Records);
}
