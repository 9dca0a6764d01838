using CsCheck;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Detect.Tests;

/// <summary>The fold against the naive implementation, on generated histories. CsCheck prints the seed of a failure.</summary>
public sealed class FoldProperties
{
    private const int Histories = 20_000;

    [Fact]
    public void The_rows_depend_on_the_set_of_records_only() =>
        Gen.Select(Generated.Dimension, Generated.History, Gen.Int).Sample(
            (dimension, history, seed) => Check(dimension, history, seed, crashes: false), iter: Histories, print: Print);

    [Fact]
    public void Crashes_between_any_two_writes_change_nothing() =>
        Gen.Select(Generated.Dimension, Generated.History, Gen.Int).Sample(
            (dimension, history, seed) => Check(dimension, history, seed, crashes: true), iter: Histories, print: Print);

    [Fact]
    public void Every_permutation_of_a_small_set_gives_the_same_rows() =>
        Gen.Select(Generated.Dimension, Generated.History, Gen.Bool).Where(t => t.Item2.Length <= 5).Sample(
            (dimension, history, oneFile) =>
            {
                // Each record in a file of its own: then no order between them is given, and every permutation must agree.
                var records = Generated.InFiles(history, i => i + 1);
                var expected = NaiveHistory.Of(dimension, records);
                foreach (var order in Permutations(records))
                {
                    var delivery = new Delivery(dimension, new Random(1), crashes: false);
                    delivery.Deliver(order.Select((r, i) => r with { File = i + 1, Row = 1 }));
                    AssertRows(expected, Merged.History(dimension, delivery.Lake));
                }
            }, iter: 1_000, print: t => $"{Describe(t.Item1)}\n{string.Join('\n', t.Item2.AsEnumerable())}");

    [Fact]
    public void Replaying_anything_changes_nothing_and_emits_nothing() =>
        Gen.Select(Generated.Dimension, Generated.History, Gen.Int).Sample(
            (dimension, history, seed) =>
            {
                var delivery = new Delivery(dimension, new Random(seed), crashes: false);
                delivery.Deliver(history);
                var last = history.Max(r => r.File);

                // As complete records of finished files: a partial record inside a file may lean on the rows before it.
                foreach (var record in dimension.KeepMissing ? [] : history.GroupBy(r => (r.File, r.Sequence)).Select(g => g.MaxBy(r => r.Row)!))
                {
                    var again = delivery.Detect([record with { File = last + 1, Row = 1 }], last + 1, redelivered: false);
                    Assert.Empty(again.Deltas);
                    Assert.Null(again.State);
                }

                foreach (var file in history.GroupBy(r => r.File))
                {
                    var again = delivery.Detect(file.OrderBy(r => r.Row), openFloor: 0, redelivered: false);
                    Assert.Empty(again.Deltas);
                }
            }, iter: Histories / 4, print: Print);

    [Fact]
    public void At_every_moment_the_valid_row_is_the_state_of_the_records_so_far() =>
        Gen.Select(Generated.Dimension, Generated.History, Gen.Int).Sample(
            (dimension, history, seed) =>
            {
                var delivery = new Delivery(dimension, new Random(seed), crashes: false);
                delivery.Deliver(history);
                for (var at = -1L; at <= 26; at++)
                {
                    var known = NaiveHistory.Of(dimension, history.Where(r => r.Sequence <= at)).LastOrDefault()?.Values;
                    var row = CustomerHistory.At(dimension, SaidEncoding.Key, delivery.State, at) is { } delta ? SaidEncoding.Row(dimension, delta).Values : null;
                    Assert.Equal(Tracked(dimension, known), Tracked(dimension, row));
                }
            }, iter: Histories / 10, print: Print);

    private static void Check(DimensionDefinition dimension, Said[] history, int seed, bool crashes)
    {
        var random = new Random(seed);
        var delivery = new Delivery(dimension, random, crashes);
        delivery.Deliver(history);
        var expected = NaiveHistory.Of(dimension, history);

        var lake = delivery.Lake.ToArray();
        random.Shuffle(lake);
        AssertRows(expected, Merged.History(dimension, lake));
        AssertRows(expected, [.. CustomerHistory.Rows(dimension, SaidEncoding.Key, delivery.State).Select(d => SaidEncoding.Row(dimension, d))]);
        Assert.Equal(expected[^1].ToString(), Merged.Current(dimension, lake)?.ToString());

        // One image per revision: what comes out again is what came out before.
        Assert.All(lake.GroupBy(d => d.Revision), same => Assert.Single(same.Select(d => (d.ValidFrom, d.ValidTo, d.State, Convert.ToHexString(d.Content.Span))).Distinct()));
    }

    private static void AssertRows(List<NaiveRow> expected, List<NaiveRow> actual) =>
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));

    private static string? Tracked(DimensionDefinition dimension, string?[]? values) =>
        values is null ? null : string.Join(',', values.Where((_, i) => dimension.Columns[i].History == HistoryMode.Track).Select(v => v ?? "null"));

    private static string Print((DimensionDefinition Dimension, Said[] History, int Seed) t) =>
        $"{Describe(t.Dimension)} seed {t.Seed}\n{string.Join('\n', t.History.AsEnumerable())}";

    private static string Describe(DimensionDefinition d) => $"ordinal {d.OrdinalColumn is not null}, partial {d.KeepMissing}, keep null {d.KeepNull}";

    private static IEnumerable<Said[]> Permutations(Said[] records)
    {
        if (records.Length <= 1)
        {
            yield return records;
            yield break;
        }

        for (var i = 0; i < records.Length; i++)
        {
            foreach (var rest in Permutations([.. records.Where((_, j) => j != i)]))
            {
                yield return [records[i], .. rest];
            }
        }
    }
}
