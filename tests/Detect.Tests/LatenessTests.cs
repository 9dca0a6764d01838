using CsCheck;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Detect.Tests;

/// <summary>The horizon behind which records are refused, and no-ops forgotten.</summary>
public sealed class LatenessTests
{
    [Fact]
    public void What_was_accepted_folds_as_if_there_were_no_horizon() =>
        Gen.Select(Gen.Bool, Generated.History, Gen.Long[0, 12]).Sample(
            (ordinal, history, lateness) =>
            {
                var dimension = Generated.Define(ordinal, partial: false, keepNull: false, lateness);
                var delivery = new Delivery(dimension, new Random(1), crashes: false);
                var records = Generated.InFiles(history, i => i + 1);
                var accepted = new List<Said>();
                var lake = new List<Records.Delta>();
                var newest = long.MinValue;
                foreach (var record in records)
                {
                    var detected = delivery.Apply([record], record.File);
                    lake.AddRange(detected.Deltas);
                    var tooLate = accepted.Count > 0 && record.Sequence < newest - lateness;
                    if (detected.TooLate.Length == 0)
                    {
                        // Behind the horizon only what is known already may pass.
                        Assert.True(!tooLate || accepted.Exists(a => IsSame(dimension, a, record)), $"{record} passed behind the horizon.");
                        accepted.Add(record);
                        newest = Math.Max(newest, record.Sequence);
                    }
                    else
                    {
                        Assert.True(tooLate, $"{record} is inside the horizon.");
                        Assert.Empty(detected.Deltas);
                        Assert.Null(detected.State);
                    }
                }

                var expected = NaiveHistory.Of(dimension, accepted);
                Assert.Equal(string.Join('\n', expected), string.Join('\n', Merged.History(dimension, lake)));
            }, iter: 5_000, print: t => $"ordinal {t.Item1} lateness {t.Item3}\n{string.Join('\n', t.Item2.AsEnumerable())}");

    [Fact]
    public void No_ops_behind_the_horizon_take_no_space()
    {
        var dimension = Generated.Define(ordinal: false, partial: false, keepNull: false, lateness: 10);
        var delivery = new Delivery(dimension, new Random(1), crashes: false);
        var sizes = new List<int>();
        for (var i = 1; i <= 500; i++)
        {
            delivery.Apply([new Said(i, 0, false, ["a", "b", "c", "d", "e"], File: i, Row: 1)], i);
            sizes.Add(delivery.State.Length);
        }

        // The numbers themselves take a byte or two more, what they number does not.
        Assert.InRange(sizes[^1], 1, sizes[30] + 20);
    }

    private static bool IsSame(DimensionDefinition dimension, Said left, Said right)
    {
        var (a, b) = (SaidEncoding.Record(dimension, left), SaidEncoding.Record(dimension, right));
        return a.Sequence == b.Sequence && a.Ordinal == b.Ordinal && a.Kind == b.Kind && a.Content.Span.SequenceEqual(b.Content.Span);
    }
}
