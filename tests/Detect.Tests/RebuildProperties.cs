using CsCheck;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Detect.Tests;

/// <summary>Rebuilt states against the naive implementation, on generated histories of one customer. CsCheck prints the seed of a failure.</summary>
public sealed class RebuildProperties
{
    private const int Histories = 8_000;

    [Fact]
    public void Of_a_healthy_lake_and_a_whole_archive_the_rebuilt_state_lacks_nothing_and_writes_nothing() => Sample((dimension, history, seed) =>
    {
        var site = new RebuiltCustomer(dimension, seed);
        var (before, after) = site.Split(history);
        site.Deliver(before);

        var written = site.Rebuild(present: site.Random.Next(2) == 0 ? site.State : default);

        Assert.Empty(written);
        AssertIs(NaiveHistory.Of(dimension, before), site);
        site.Deliver(after);
        AssertIs(NaiveHistory.Of(dimension, history), site);
    });

    [Fact]
    public void Whatever_the_lake_lost_a_whole_archive_mends_it() => Sample((dimension, history, seed) =>
    {
        var site = new RebuiltCustomer(dimension, seed);
        var (before, after) = site.Split(history);
        site.Deliver(before);
        site.LoseDeltas();

        site.Rebuild(present: default);

        AssertIs(NaiveHistory.Of(dimension, before), site);
        site.Deliver(after);
        AssertIs(NaiveHistory.Of(dimension, history), site);
    });

    [Fact]
    public void States_that_went_on_from_a_backup_and_forked_are_mended() => Sample((dimension, history, seed) =>
    {
        var site = new RebuiltCustomer(dimension, seed);
        var (first, rest) = site.Split(history);
        var (second, third) = site.Split(rest);
        site.Deliver(first);
        var backup = site.State.ToArray();
        site.Deliver(second);
        site.GoBackTo(backup);
        site.Deliver(third);

        site.Rebuild(present: site.Random.Next(2) == 0 ? site.State : default);

        AssertIs(NaiveHistory.Of(dimension, history), site);
        Assert.Empty(site.Rebuild(present: site.State));
    });

    [Fact]
    public void An_older_backup_of_the_states_and_what_the_archive_has_since_are_exact_together() => Sample((dimension, history, seed) =>
    {
        var site = new RebuiltCustomer(dimension, seed);
        var (before, after) = site.Split(history);
        var (old, recent) = site.Split(before);
        site.Deliver(old);
        var backup = site.State.ToArray();
        site.Deliver(recent);
        site.Prune(old.Select(r => r.File));

        var written = site.Rebuild(backup);

        Assert.Empty(written);
        AssertIs(NaiveHistory.Of(dimension, before), site);
    });

    [Fact]
    public void Of_a_pruned_archive_nothing_that_the_lake_shows_changes_or_vanishes() => Sample((dimension, history, seed) =>
    {
        var site = new RebuiltCustomer(dimension, seed);
        site.Deliver(history);
        site.Prune(history.Select(r => r.File).Distinct().Where(_ => site.Random.Next(2) == 0));

        var written = site.Rebuild(present: default);

        Assert.Empty(written);
        AssertIs(NaiveHistory.Of(dimension, history), site);
    });

    [Fact]
    public void From_the_lake_alone_the_rows_are_those_of_the_lake_and_later_records_go_on_from_them() => Sample((dimension, history, seed) =>
    {
        var site = new RebuiltCustomer(dimension, seed);
        site.Deliver(history);

        var written = site.Rebuild(present: default, RebuildSource.Lake);

        Assert.Empty(written);
        AssertIs(NaiveHistory.Of(dimension, history), site);
        Said[] later = [new Said(1000, 0, false, ["z", null, null, null, null], File: 90, Row: 1)];
        site.Deliver(later);
        Assert.Equal(1000, Merged.Current(dimension, site.Lake)!.From);
    });

    private static void AssertIs(List<NaiveRow> expected, RebuiltCustomer site)
    {
        var lake = site.Lake.ToArray();
        site.Random.Shuffle(lake);
        AssertRows("the lake", expected, Merged.History(site.Dimension, lake));
        AssertRows("the state", expected, [.. CustomerHistory.Rows(site.Dimension, SaidEncoding.Key, site.State).Select(d => SaidEncoding.Row(site.Dimension, d))]);
        if (expected.Count > 0)
        {
            Assert.Equal(expected[^1].ToString(), Merged.Current(site.Dimension, lake)?.ToString());
        }

        Assert.All(lake.GroupBy(d => d.ValidFrom).Select(g => g.MaxBy(d => d.Revision)!), newest => Assert.True(StateRebuild.Knows(site.State, newest)));
    }

    private static void AssertRows(string where, List<NaiveRow> expected, List<NaiveRow> actual) =>
        Assert.Equal($"{where}:\n{string.Join('\n', expected)}", $"{where}:\n{string.Join('\n', actual)}");

    private static void Sample(Action<DimensionDefinition, Said[], int> check) =>
        Gen.Select(Generated.Dimension, Generated.History, Gen.Int).Sample(
            (dimension, history, seed) => check(dimension, history, seed),
            iter: Histories,
            print: t => $"ordinal {t.Item1.OrdinalColumn is not null}, partial {t.Item1.KeepMissing}, keep null {t.Item1.KeepNull}, seed {t.Item3}\n{string.Join('\n', t.Item2.AsEnumerable())}");
}
