using System.Numerics;
using System.Text.Json;
using CustomerTrack.Cli.Output;
using CsCheck;
using Sylvan.Data.Csv;

namespace CustomerTrack.Cli;

public sealed class ResultPrinterTests
{
    [Fact]
    public async Task Csv_quotes_what_it_must_and_tells_null_from_an_empty_text()
    {
        var text = await PrintAsync(ResultFormat.Csv, Rows.Of(["a", "b,c"], ["x", 1], [null, ""], ["say \"hi\"", "two\r\nlines"], ["ü🙂", 1.5m]));

        Assert.Equal("a,\"b,c\"\r\nx,1\r\n,\"\"\r\n\"say \"\"hi\"\"\",\"two\r\nlines\"\r\nü🙂,1.5\r\n", text);
    }

    [Fact]
    public void Csv_of_any_text_is_read_back_by_a_csv_reader() =>
        Gen.Char["ab,\"\r\n ;\t'é"].Array[1, 12].Select(chars => new string(chars)).Array[3].Sample(
            cells =>
            {
                var text = PrintAsync(ResultFormat.Csv, Rows.Of(["a", "b", "c"], [.. cells])).GetAwaiter().GetResult();
                using var reader = CsvDataReader.Create(new StringReader(text), new CsvDataReaderOptions { Delimiter = ',' });
                Assert.True(reader.Read());
                Assert.Equal(cells, Enumerable.Range(0, 3).Select(reader.GetString));
                Assert.False(reader.Read());
            },
            iter: 500);

    [Fact]
    public async Task Json_is_an_array_of_objects_with_numbers_as_they_are()
    {
        var text = await PrintAsync(ResultFormat.Json, Rows.Of(["id", "name", "on", "big"], [1, "Zoë \"Z\"\n🙂", true, BigInteger.Parse("123456789012345678901234567890", null)], [null, "", false, 0.1m]));

        Assert.Equal("[\n  {\"id\":1,\"name\":\"Zoë \\\"Z\\\"\\n🙂\",\"on\":true,\"big\":123456789012345678901234567890},\n  {\"id\":null,\"name\":\"\",\"on\":false,\"big\":0.1}\n]\n", Normal(text));
        Assert.Equal("Zoë \"Z\"\n🙂", JsonDocument.Parse(text).RootElement[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Json_of_no_rows_is_an_empty_array_and_no_column_is_lost_to_another_of_its_name()
    {
        Assert.Equal("[]\n", await PrintAsync(ResultFormat.Json, Rows.Of(["a"])));
        Assert.Equal("[\n  {\"a\":1,\"a_3\":2,\"a_2\":3}\n]\n", await PrintAsync(ResultFormat.Json, Rows.Of(["a", "a", "a_2"], [1, 2, 3])));
    }

    [Fact]
    public async Task A_table_that_is_not_for_a_terminal_has_no_colours_and_breaks_no_line()
    {
        var text = await PrintAsync(ResultFormat.Table, Rows.Of(["name", "n"], [new string('x', 500), 1], ["[red]not markup[/] [/]", null]));

        Assert.DoesNotContain('\u001b', text);
        Assert.Contains(new string('x', 500), text, StringComparison.Ordinal);
        Assert.Contains("[red]not markup[/] [/]", text, StringComparison.Ordinal);
        Assert.Contains("NULL", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_sends_no_control_sequence_from_the_data()
    {
        var text = await PrintAsync(ResultFormat.Table, Rows.Of(["a\u001b[2J"], ["\u001b]0;owned\a"], ["right\u202Eleft"], ["two\nlines"]));

        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202E', text);
        Assert.Contains("\\u001b]0;owned\\u0007", text, StringComparison.Ordinal);
        Assert.Contains("two\\nlines", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_result_is_counted_whole()
    {
        using var spoken = new Spoken();

        await ResultPrinter.PrintAsync(Rows.Of(["n"], [.. Enumerable.Range(0, 4321).Select(i => new object?[] { $"row{i}." })]), ResultFormat.Table, spoken.Output, TestContext.Current.CancellationToken);

        Assert.Equal("4,321 rows\n", spoken.Error);
        Assert.All(Enumerable.Range(0, 4321), i => Assert.Contains($"row{i}.", spoken.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void Values_have_one_spelling()
    {
        Assert.Equal("2026-01-31T12:00:00Z", Cell.Of(new DateTime(2026, 1, 31, 12, 0, 0)).Text);
        Assert.Equal("2026-01-31T12:00:00.000001Z", Cell.Of(new DateTime(2026, 1, 31, 12, 0, 0).AddMicroseconds(1)).Text);
        Assert.Equal("2026-01-31T11:00:00Z", Cell.Of(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.FromHours(1))).Text);
        Assert.Equal("2026-01-31", Cell.Of(new DateOnly(2026, 1, 31)).Text);
        Assert.Equal(new(CellKind.Text, "NaN"), Cell.Of(double.NaN));
        Assert.Equal(new(CellKind.Number, "0.1"), Cell.Of(0.1));
        Assert.Equal(new(CellKind.Text, "[1,\"ü\"]"), Cell.Of(new object[] { 1, "ü" }));
        Assert.Equal(Cell.Null, Cell.Of(DBNull.Value));
    }

    private static async Task<string> PrintAsync(ResultFormat format, Result result)
    {
        using var spoken = new Spoken();
        await ResultPrinter.PrintAsync(result, format, spoken.Output, TestContext.Current.CancellationToken);
        return spoken.Out;
    }

    // The writer may escape what lies beyond the basic plane; both spellings are the same text.
    private static string Normal(string json) => json.Replace("\\uD83D\\uDE42", "🙂", StringComparison.Ordinal);
}
