using CustomerTrack.Records;

namespace CustomerTrack.Generator;

public sealed class GeneratedRowTests
{
    [Fact]
    public void A_row_as_a_record_says_what_the_row_in_the_file_says()
    {
        var definition = Dimensions.Customer(ordinal: true, keepMissing: true);
        var options = new GeneratorOptions { Customers = 50, Rows = 2_000, PartialShare = 0.5, DirtyShare = 0.05, Format = FeedFormat.Ndjson };
        var feed = GeneratedFeed.Build(options, definition);
        GeneratedRow[] rows = [.. feed.Files.SelectMany(file => file.Rows).Where(row => row.Kind != RowKind.Dirty)];
        var (read, _) = ReadRecord.ReadAll(feed.Encode(rows), options.Format, definition);
        var writer = new ContentWriter(definition);

        Assert.Equal(rows.Length, read.Count);
        foreach (var (i, row) in rows.Index())
        {
            var record = row.ToRecord(writer, file: 3, row: i + 1);

            Assert.Equal((read[i].Key, read[i].Ordinal, read[i].IsDelete), (record.Key, record.Ordinal, record.Kind == RecordKind.Delete));
            Assert.Equal(read[i].At, new DateTimeOffset(SequenceText.ToDateTime(record.Sequence)));
            Assert.Equal(read[i].IsDelete ? [] : [.. definition.Columns.Select(column => read[i].Stated.TryGetValue(column.Name, out var value) ? value : "<absent>")], Columns(record));
        }
    }

    [Fact]
    public void A_dirty_row_is_no_record()
    {
        var feed = GeneratedFeed.Build(new() { Rows = 200, DirtyShare = 0.1 }, Dimensions.Customer());
        var dirty = feed.Files[0].Rows.First(row => row.Kind == RowKind.Dirty);

        var error = Assert.Throws<InvalidOperationException>(() => dirty.ToRecord(new(Dimensions.Customer()), file: 1, row: 1));
        Assert.Contains(dirty.Dirty.ToString(), error.Message, StringComparison.Ordinal);
    }

    private static List<string?> Columns(Record record)
    {
        List<string?> values = [];
        if (record.Content.Length > 0)
        {
            var reader = new ContentReader(new ContentView(record.Content.Span).All);
            while (reader.Read())
            {
                values.Add(reader.IsAbsent ? "<absent>" : reader.IsNull ? null : reader.Text);
            }
        }

        return values;
    }
}
