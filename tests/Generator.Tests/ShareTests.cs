namespace CustomerTrack.Generator;

public sealed class ShareTests
{
    private const int Rows = 60_000;

    private static readonly GeneratorOptions Options = new()
    {
        Seed = 11,
        Customers = 500,
        PresentAtStart = 1,
        Rows = Rows,
        RowsPerFile = 1_000,
        NoOpShare = 0.4,
        UpdateShare = 0.3,
        DeleteShare = 0.05,
        DuplicateShare = 0.1,
        DirtyShare = 0.05,
        LateShare = 0.2,
        TieShare = 0.1,
        PartialShare = 0.25,
        Format = FeedFormat.Ndjson,
    };

    private static readonly FeedCounts Counts = GeneratedFeed.Build(Options, Dimensions.Customer(keepMissing: true)).AnswerKey.Counts;

    [Fact]
    public void Rows_come_in_the_shares_asked_for()
    {
        var made = Rows - Counts.ByKind[RowKind.TieLoser];
        AssertShare(0.05, Counts.Dirty, made);
        AssertShare(0.1, Counts.Duplicates, made);
        AssertShare(0.05, Counts.ByKind[RowKind.Leave], made);
        AssertShare(0.1, Counts.ByKind[RowKind.TieLoser], Counts.ByKind[RowKind.Update]);

        // What nobody was there to return for went to these two in their proportion.
        var noOps = Counts.ByKind[RowKind.NoOp] + Counts.ByKind[RowKind.RepeatedDelete] + Counts.ByKind[RowKind.UnknownDelete];
        Assert.True(noOps >= 0.38 * made);
        AssertShare(0.4 / 0.7, noOps, noOps + Counts.ByKind[RowKind.Update]);
    }

    [Fact]
    public void Late_and_partial_rows_come_in_the_shares_asked_for()
    {
        var bound = 2 * Counts.ByKind[RowKind.TieLoser];
        AssertShare(0.2, Counts.Late, Rows - Counts.Dirty - Counts.Duplicates - bound);
        AssertShare(0.25, Counts.Partial, Counts.ByKind[RowKind.NoOp] + Counts.ByKind[RowKind.Update] - (bound / 2));
    }

    [Fact]
    public void All_kinds_add_up_and_every_kind_of_dirt_that_the_format_knows_occurs()
    {
        Assert.Equal(Rows, Counts.Rows);
        Assert.Equal(Rows, Counts.Duplicates + Counts.ByKind.Values.Sum());
        Assert.Equal(Counts.Dirty, Counts.ByDirt.Values.Sum());
        Assert.All(Counts.ByKind.Values, count => Assert.True(count > 0));
        Assert.Equal([DirtyKind.Ragged], Counts.ByDirt.Where(pair => pair.Value == 0).Select(pair => pair.Key));
    }

    [Fact]
    public void Late_rows_come_in_a_later_file_than_their_neighbours_in_time()
    {
        var files = GeneratedFeed.Build(new() { Customers = 100, Rows = 5_000, RowsPerFile = 100, MaxLateFiles = 3 }, Dimensions.Customer()).Files;

        var newest = long.MinValue;
        var late = 0;
        foreach (var file in files)
        {
            late += file.Rows.Count(row => row.Kind != RowKind.Dirty && row.Sequence < newest);
            newest = Math.Max(newest, file.Rows.Max(row => row.Sequence));
        }

        Assert.InRange(late, 100, 1_000);
    }

    [Fact]
    public void Tie_partners_without_an_ordinal_are_neighbours_in_one_file_and_never_copied()
    {
        var files = GeneratedFeed.Build(new() { Customers = 100, Rows = 20_000, RowsPerFile = 7, TieShare = 0.5, DuplicateShare = 0.1 }, Dimensions.Customer()).Files;

        Assert.Contains(files, file => file.Rows.Any(row => row.IsBound));
        foreach (var file in files)
        {
            var bound = file.Rows.Index().Where(row => row.Item.IsBound).ToArray();
            Assert.All(bound.Chunk(2), pair =>
            {
                Assert.Equal(pair[0].Index + 1, pair[1].Index);
                Assert.Equal((pair[0].Item.Key, pair[0].Item.Sequence), (pair[1].Item.Key, pair[1].Item.Sequence));
                Assert.Equal((RowKind.TieLoser, RowKind.Update), (pair[0].Item.Kind, pair[1].Item.Kind));
                Assert.NotEqual(pair[0].Item.GetValues(), pair[1].Item.GetValues());
            });
        }
    }

    private static void AssertShare(double expected, long count, long of) =>
        Assert.True(Math.Abs(((double)count / of) - expected) < 0.02, $"{count} of {of} is not about {expected:0.###}.");
}
