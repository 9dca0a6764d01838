using CsCheck;
using CustomerTrack.Records;
using static CustomerTrack.Warehouse.Tests.TestWarehouse;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>The tables depend on the set of deltas only.</summary>
public sealed class MergeProperties
{
    // One delta per revision of a key; state, start, end and columns as they come.
    private static readonly Gen<Delta> GenDelta = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 3], Gen.Long[1, 1000])
        .Select(d => (Key: "k|" + d.Item1, From: (long)d.Item2 * 10, To: d.Item3 < 4 ? (long?)null : (d.Item2 * 10) + d.Item3, State: d.Item4, Value: d.Item5, Revision: d.Item6))
        .Select(d => d.State switch
        {
            0 => Deltas.Retracted(d.Key.Replace("|", "\\|", StringComparison.Ordinal), d.From, d.Revision),
            1 or 2 => Deltas.Deleted(d.Key.Replace("|", "\\|", StringComparison.Ordinal), d.From, d.To, d.Revision),
            _ => Deltas.Version(d.Key.Replace("|", "\\|", StringComparison.Ordinal), d.From, d.To, d.Revision, d.Value == 0 ? null : "name" + d.Value, d.Value == 1 ? null : d.Value, d.Value == 2 ? null : d.Revision),
        });

    private static readonly Gen<Delta[]> GenDeltas = GenDelta.Array[1, 40].Select(deltas => deltas.DistinctBy(delta => (delta.Key, delta.Revision)).ToArray());

    [Fact]
    public async Task Files_merged_in_any_order_twice_or_cut_in_two_give_the_same_tables()
    {
        var dimension = TestDimensions.Customer();
        await Gen.Select(GenDeltas, Gen.Int[1, 5], Gen.Int[0, int.MaxValue - 1]).SampleAsync(async (deltas, files, seed) =>
        {
            var random = new Random(seed);
            await using var test = await CreateAsync(dimension);

            // Every delta is in one file, and with luck in another one as well.
            var batches = Enumerable.Range(0, files).Select(_ => new List<Delta>()).ToList();
            foreach (var delta in deltas)
            {
                batches[random.Next(files)].Add(delta);
                if (random.Next(3) == 0)
                {
                    batches[random.Next(files)].Add(delta);
                }
            }

            foreach (var batch in batches.Where(batch => batch.Count > 0))
            {
                var shuffled = batch.ToArray();
                random.Shuffle(shuffled);
                await test.LoadAsync(dimension, shuffled);
                if (random.Next(2) == 0)
                {
                    await test.Warehouse.MergeAsync("customer", Cancel);
                }
            }

            var history = NaiveTables.History(deltas).Select(row => row.Replace("\\|", "|", StringComparison.Ordinal)).ToList();
            var current = NaiveTables.Current(deltas).Select(row => row.Replace("\\|", "|", StringComparison.Ordinal)).ToList();
            Assert.Equal(history, await test.ReadAsync(NaiveTables.HistorySql));
            Assert.Equal(current, await test.ReadAsync(NaiveTables.CurrentSql));

            await test.Warehouse.MergeAsync("customer", Cancel);
            Assert.Equal(history, await test.ReadAsync(NaiveTables.HistorySql));
            Assert.Equal(current, await test.ReadAsync(NaiveTables.CurrentSql));
            Assert.Empty(await test.Warehouse.CompareLakeAsync(test.Lake, Cancel));
        }, iter: 40, threads: 1);
    }
}
