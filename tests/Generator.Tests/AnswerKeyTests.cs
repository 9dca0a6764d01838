using CsCheck;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Generator;

public sealed class AnswerKeyTests
{
    private static readonly Gen<HistoryMode> GenMode = Gen.Frequency((8, Gen.Const(HistoryMode.Track)), (1, Gen.Const(HistoryMode.Latest)), (1, Gen.Const(HistoryMode.Overwrite)));

    private static readonly Gen<DimensionDefinition> GenDefinition =
        from ordinal in Gen.Bool
        from keepMissing in Gen.Bool
        from integerKey in Gen.Bool
        from modes in GenMode.Array[Dimensions.AllColumns.Length]
        from count in Gen.Int[1, Dimensions.AllColumns.Length]
        select Dimensions.Customer(
            ordinal,
            keepMissing,
            integerKey ? ColumnKind.Int64 : ColumnKind.Text,
            [.. Dimensions.AllColumns.Select((name, i) => Dimensions.Text(name) with { History = modes[i] }).TakeLast(count)]);

    private static readonly Gen<(GeneratorOptions Options, DimensionDefinition Definition)> GenFeed =
        from definition in GenDefinition
        from seed in Gen.Int[1, 4]
        from customers in Gen.Int[1, 40]
        from atStart in Gen.Double[0, 1]
        from rows in Gen.Int[1, 800]
        from rowsPerFile in Gen.Int[1, 150]
        from weights in Gen.Double[0, 1].Array[6]
        from others in Gen.Double[0, 0.8].Array[3]
        from csv in Gen.Bool
        let sum = Math.Max(weights.Sum(), 0.01)
        select (new GeneratorOptions
        {
            Seed = seed,
            Customers = customers,
            PresentAtStart = atStart,
            Rows = rows,
            RowsPerFile = rowsPerFile,
            NoOpShare = weights[0] / sum,
            UpdateShare = weights[1] / sum,
            DeleteShare = weights[2] / sum,
            DuplicateShare = weights[3] / sum / 2,
            DirtyShare = weights[4] / sum / 3,
            LateShare = others[0],
            TieShare = others[1],
            PartialShare = csv || !definition.KeepMissing ? 0 : others[2],
            Format = csv ? FeedFormat.Csv : FeedFormat.Ndjson,
            Step = TimeSpan.FromMilliseconds(1 + (rows % 1000)),
        }, definition);

    [Fact]
    public void The_answer_key_is_what_the_files_say_however_disorderly_the_feed() => GenFeed.Sample(
        feed =>
        {
            var generated = GeneratedFeed.Build(feed.Options, feed.Definition);
            var (records, refused) = Read(generated, feed.Options, feed.Definition);

            Assert.Equal(NaiveHistory.Of(records, feed.Definition), NaiveHistory.Of(generated.AnswerKey.History()));
            Assert.Equal(generated.AnswerKey.Counts.Dirty, refused);
            Assert.Equal(feed.Options.Rows, generated.AnswerKey.Counts.Rows);
            Assert.Equal(feed.Options.Rows, records.Count + refused);
        },
        iter: 300);

    [Fact]
    public void With_an_ordinal_rows_may_be_shuffled_over_all_files() => Gen.Int[0, 1_000].Sample(
        seed =>
        {
            var definition = Dimensions.Customer(ordinal: true, keepMissing: true);
            var options = new GeneratorOptions { Seed = seed % 3, Customers = 25, Rows = 600, RowsPerFile = 40, TieShare = 0.3, LateShare = 0.2, PartialShare = 0.4, Format = FeedFormat.Ndjson };
            var generated = GeneratedFeed.Build(options, definition);
            var rows = generated.Files.SelectMany(file => file.Rows).ToArray();
            new Random(seed).Shuffle(rows);

            var (records, _) = ReadRecord.ReadAll(generated.Encode(rows), options.Format, definition);

            Assert.Equal(NaiveHistory.Of(records, definition), NaiveHistory.Of(generated.AnswerKey.History()));
        },
        iter: 30);

    [Fact]
    public void Without_an_ordinal_the_files_may_come_in_any_order_and_twice() => Gen.Int[0, 1_000].Sample(
        seed =>
        {
            var definition = Dimensions.Customer();
            var options = new GeneratorOptions { Seed = seed % 3, Customers = 25, Rows = 600, RowsPerFile = 40, TieShare = 0.3, LateShare = 0.2 };
            var generated = GeneratedFeed.Build(options, definition);
            GeneratedFile[] files = [.. generated.Files, .. generated.Files];
            new Random(seed).Shuffle(files);

            var records = files.SelectMany(file => ReadRecord.ReadAll(generated.Encode(file.Rows), options.Format, definition).Records);

            Assert.Equal(NaiveHistory.Of(records, definition), NaiveHistory.Of(generated.AnswerKey.History()));
        },
        iter: 30);

    [Fact]
    public void The_history_holds_lives_worth_telling()
    {
        var key = GeneratedFeed.Build(new() { Customers = 200, Rows = 8_000, RowsPerFile = 500 }, Dimensions.Customer()).AnswerKey;
        var lives = key.History().GroupBy(row => row.Key).Select(life => life.ToArray()).ToArray();

        Assert.Equal(200, lives.Length);
        Assert.Contains(lives, life => life.Zip(life.Skip(1)).Any(pair => pair.First.ValidTo < pair.Second.ValidFrom));
        Assert.Contains(lives, life => life[^1].ValidTo is not null);
        Assert.Contains(lives, life => life.Zip(life.Skip(1), life.Skip(2)).Any(three => three.First.Values.SequenceEqual(three.Third.Values)));
        foreach (var column in (int[])[2, 3, 5])
        {
            Assert.Contains(lives, life => life.Zip(life.Skip(1)).Any(pair => pair.First.Values[column] is null && pair.Second.Values[column] is not null));
            Assert.Contains(lives, life => life.Zip(life.Skip(1)).Any(pair => pair.First.Values[column] is not null && pair.Second.Values[column] is null));
        }

        Assert.Equal(key.History().Where(row => row.ValidTo is null), key.Current(), (left, right) => left.Key == right.Key && left.ValidFrom == right.ValidFrom);
    }

    private static (List<ReadRecord> Records, int Refused) Read(GeneratedFeed generated, GeneratorOptions options, DimensionDefinition definition)
    {
        List<ReadRecord> records = [];
        var refused = 0;
        foreach (var file in generated.Files)
        {
            var read = ReadRecord.ReadAll(generated.Encode(file.Rows), options.Format, definition);
            records.AddRange(read.Records);
            refused += read.Refused;
        }

        return (records, refused);
    }
}
