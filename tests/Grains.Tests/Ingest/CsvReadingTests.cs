using System.Text;
using CsCheck;
using CustomerTrack.Ingest;
using CustomerTrack.Records;

namespace CustomerTrack.Tests.Ingest;

public sealed class CsvReadingTests : IDisposable
{
    private const string At = "2026-01-31T12:00:00Z";
    private readonly IngestFixture _ingest = new();

    public void Dispose() => _ingest.Dispose();

    [Theory]
    [InlineData("id,at,name,city\n1,{at},Ann,Oslo\n2,{at},Bob,\n")]
    [InlineData("\uFEFFid,at,name,city\r\n1,{at},Ann,Oslo\r\n\r\n2,{at},Bob,\r\n")]
    [InlineData("\"id\",\"at\",\"name\",\"city\"\n\"1\",\"{at}\",\"Ann\",\"Oslo\"\n\"2\",\"{at}\",\"Bob\",\"\"")]
    [InlineData("city,name,at,id\nOslo,Ann,{at},1\n,Bob,{at},2")]
    [InlineData("id,at,name,city\r\n\"1\",{at},\"Ann\",\"Oslo\"\r\n2,{at},Bob,\"\"\r")]
    public void Byte_order_marks_line_ends_quotes_and_column_order_do_not_matter(string text)
    {
        var file = _ingest.Csv(text.Replace("{at}", At, StringComparison.Ordinal));

        Assert.Empty(file.Rejected);
        Assert.Equal(["1: name=Ann, city=Oslo", "2: name=Bob, city=∅"], file.Rows);
        Assert.Equal([1L, 2L], file.Records.Select(record => record.Row));
        Assert.All(file.Records, record => Assert.Equal((RecordKind.Upsert, Record.NoOrdinal, 1_769_860_800_000_000L), (record.Kind, record.Ordinal, record.Sequence)));
    }

    [Fact]
    public void Text_is_exact_and_quoted_fields_may_hold_anything()
    {
        var file = _ingest.Csv($"id,at,name,city\n1,{At},\" A\"\"n, n\r\n\",O\"slo \n");

        Assert.Equal(["1: name= A\"n, n\r\n, city=O\"slo "], file.Rows);
    }

    [Fact]
    public void Lines_are_counted_through_quoted_line_ends_and_empty_lines()
    {
        var file = _ingest.Csv($"id,at,name,city\n1,{At},\"a\nb\nc\",x\n\n,{At},no key,x\n\"\n\",{At},\n,{At},,\n");

        Assert.Equal([(6L, 2L, "null_key"), (7L, 3L, "ragged_row"), (9L, 4L, "null_key")], file.Rejected.Select(rejected => (rejected.Line, rejected.Row, rejected.Reason)));
    }

    [Fact]
    public void A_row_with_too_few_or_too_many_columns_is_rejected_alone()
    {
        var file = _ingest.Csv($"id,at,name,city\n1,{At},Ann\n2,{At},Bob,Rome,x\n3,{At},Cid,Bonn\n");

        Assert.Equal(["3: name=Cid, city=Bonn"], file.Rows);
        Assert.Equal(["ragged_row", "ragged_row"], file.Reasons);
        Assert.Equal(["The row has 3 columns, the header has 4.", "The row has 5 columns, the header has 4."], file.Rejected.Select(rejected => rejected.Message));
        Assert.Equal($"\"1,{At},Ann\"", file.Rejected[0].RecordJson);
    }

    [Fact]
    public void A_quote_that_is_followed_by_text_costs_its_row_only()
    {
        var file = _ingest.Csv($"id,at,name,city\n1,{At},\"An\"n,Oslo\n2,{At},Bob,Rome\n");

        Assert.Equal(["2: name=Bob, city=Rome"], file.Rows);
        Assert.Equal((2L, "bad_quote"), (file.Rejected[0].Line, Assert.Single(file.Reasons)));
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_reported_where_it_opens()
    {
        var file = _ingest.Csv($"id,at,name,city\n1,{At},Ann,Oslo\n2,{At},\"Bob,Rome\n3,{At},Cid,Bonn\n");

        Assert.Equal(["1: name=Ann, city=Oslo"], file.Rows);
        Assert.Equal((3L, "unterminated_quote"), (file.Rejected[0].Line, Assert.Single(file.Reasons)));
    }

    [Fact]
    public void Invalid_UTF8_costs_its_row_only()
    {
        var text = Encoding.Latin1.GetBytes($"id,at,name,city\n1,{At},J\u00F6rg,Oslo\n2,{At},Bob,Rome\n");

        var file = _ingest.Read("a.csv", text);

        Assert.Equal(["2: name=Bob, city=Rome"], file.Rows);
        Assert.Equal(["bad_utf8"], file.Reasons);
        Assert.Contains("J\uFFFDrg", file.Rejected[0].RecordJson, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(1_048_576)]
    public void A_record_over_the_limit_is_rejected_and_the_next_one_is_read(int limit)
    {
        _ingest.Options.MaxRecordBytes = limit;
        var longField = string.Concat(Enumerable.Repeat("x,\"\"\n", limit));

        var file = _ingest.Csv($"id,at,name,city\n1,{At},Ann,Oslo\n2,{At},\"{longField}\",Rome\n3,{At},Cid,Bonn\n4,{At},{new string('y', limit)},Bonn\r\n5,{At},Eve,Kiel");

        Assert.Equal(["1: name=Ann, city=Oslo", "3: name=Cid, city=Bonn", "5: name=Eve, city=Kiel"], file.Rows);
        Assert.Equal(["record_too_long", "record_too_long"], file.Reasons);
        Assert.Equal([3L, 5L + limit], file.Rejected.Select(rejected => rejected.Line));
        Assert.All(file.Rejected, rejected => Assert.InRange(rejected.RecordJson.Length, 1000, 3000));
    }

    [Fact]
    public void A_record_of_exactly_the_limit_is_read()
    {
        _ingest.Options.MaxRecordBytes = 1024;
        var fill = new string('x', 1024 - $"1,{At},,Oslo".Length);

        var file = _ingest.Csv($"id,at,name,city\n1,{At},{fill},Oslo\r\n1,{At},{fill}x,Oslo\n");

        Assert.Single(file.Records);
        Assert.Equal(["record_too_long"], file.Reasons);
    }

    [Theory]
    [InlineData("", "missing_header", "expected a header row")]
    [InlineData("\uFEFF", "missing_header", "expected a header row")]
    [InlineData("id,at,name,name\n", "bad_header", "'name' twice")]
    [InlineData("at,name\n1,2\n", "missing_key_column", "no key column 'id'; it has: at, name")]
    [InlineData("id,name\n1,2\n", "missing_sequence_column", "no sequence column 'at'; it has: id, name")]
    public void A_file_without_a_usable_header_is_refused_whole(string text, string reason, string message)
    {
        var refused = Assert.Throws<UnreadableFileException>(() => _ingest.Csv(text));

        Assert.Equal(reason, refused.Reason);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_alone_is_a_file_without_records()
    {
        var file = _ingest.Csv("id,at,name");

        Assert.Empty(file.Records);
        Assert.Empty(file.Rejected);
    }

    [Fact]
    public void Unknown_columns_are_counted_and_kept_in_the_quarantine()
    {
        var file = _ingest.Csv($"id,at,name,nick,\n1,{At},Ann,A,\n,{At},Bob,B,x\n");

        Assert.Equal(["1: name=Ann, city=∅"], file.Rows);
        Assert.Equal([("#5", 2L), ("nick", 2L)], file.Unknown.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal($$"""{"id":null,"at":"{{At}}","name":"Bob","nick":"B","#5":"x"}""", file.Rejected[0].RecordJson);
    }

    [Fact]
    public void Unknown_columns_reject_every_record_where_the_definition_says_so()
    {
        using var strict = new IngestFixture(IngestFixture.Customer.Replace("\"pii\"", "\"unknownColumns\": \"reject\", \"pii\"", StringComparison.Ordinal));

        var file = strict.Csv($"id,at,name,nick\n1,{At},Ann,A\n");

        Assert.Empty(file.Records);
        Assert.Equal(("unknown_column", "nick"), (file.Rejected[0].Reason, file.Rejected[0].Column));
    }

    /// <summary>Whatever texts stand in a table, written plainly and with or without quotes, they are read back, at any chunk size.</summary>
    [Fact]
    public void What_a_plain_writer_writes_is_read_back()
    {
        var genText = Gen.String[Gen.Char["abÖ漢 ,;\"\"\r\n\t'|\\"], 0, 12];
        var genRow = Gen.Select(Gen.String[Gen.Char["k|\\\"\n,é"], 0, 6], genText, genText, Gen.Bool);
        Gen.Select(genRow.List[0, 30], Gen.Bool, Gen.Bool, Gen.Int[1, 7]).Sample((rows, carriageReturn, bom, maxRows) =>
        {
            var end = carriageReturn ? "\r\n" : "\n";
            var text = new StringBuilder(bom ? "\uFEFF" : "").Append("id,name,at,city").Append(end);
            var lines = new List<long>();
            var line = 2L;
            foreach (var (id, name, city, quoteAll) in rows)
            {
                lines.Add(line);
                var row = string.Join(',', new[] { id, name, At, city }.Select(value => Write(value, quoteAll)));
                text.Append(row).Append(end);
                line += 1 + row.Count(character => character == '\n');
            }

            var file = _ingest.Read("a.csv", Encoding.UTF8.GetBytes(text.ToString()), maxRows);

            Assert.Equal(lines.Where((_, row) => rows[row].Item1.Length == 0), file.Rejected.Select(rejected => rejected.Line));
            Assert.Equal(rows.Where(row => row.Item1.Length > 0).Select(row => $"{KeyText.Join([row.Item1])}: name={Shown(row.Item2)}, city={Shown(row.Item3)}"), file.Rows);
        }, iter: 500);

        static string Shown(string value) => value.Length == 0 ? "∅" : value;

        static string Write(string value, bool quote) => quote || value.AsSpan().ContainsAny("\",\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }

    /// <summary>Any bytes at all: every line is accounted for, nothing throws, and small pieces read as large ones do.</summary>
    [Fact]
    public void Rubbish_is_rejected_not_thrown()
    {
        string[] pieces = ["\"", ",", "\n", "\r\n", $"1,{At},", "\"\""];
        var header = Encoding.UTF8.GetBytes("id,at,name,city\n");
        Gen.Select(Gen.Byte[0, 255].Array[0, 60], Gen.Int[0, pieces.Length - 1].Array[0, 30]).Sample((noise, picks) =>
        {
            byte[] body = [.. header, .. picks.SelectMany(pick => Encoding.UTF8.GetBytes(pieces[pick])), .. noise];
            var one = _ingest.Read("a.csv", body, maxRows: 1);
            var all = _ingest.Read("a.csv", body);

            Assert.Equal(all.Rows, one.Rows);
            Assert.Equal(all.Rejected, one.Rejected);
            Assert.Equal(Enumerable.Range(1, all.Records.Count + all.Rejected.Count).Select(row => (long)row), all.Records.Select(record => record.Row).Concat(all.Rejected.Select(rejected => rejected.Row)).Order());
        }, iter: 500);
    }
}
