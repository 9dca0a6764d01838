using CsCheck;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect.Tests;

/// <summary>What deltas say about the change they are, against the rows before and after it. CsCheck prints the seed of a failure.</summary>
public sealed class RowChangeProperties
{
    [Fact]
    public void Every_delta_says_truly_what_it_did_and_what_was_said_before_is_in_its_batch() =>
        Gen.Select(Generated.Dimension, Generated.History, Gen.Int, Gen.Int[0, 99].Array[40]).Sample(
            (dimension, history, seed, percent) =>
            {
                var random = new Random(seed);
                var state = ReadOnlyMemory<byte>.Empty;
                var batches = 0;
                for (var from = 0; from < history.Length;)
                {
                    var batch = history.Skip(from).Take(random.Next(1, 6)).Select((said, i) => said with { File = ++batches, Row = i + 1 }).ToArray();
                    from += batch.Length;
                    var isRedelivered = percent[from - 1] < 20;
                    var before = Rows(dimension, state);
                    var detected = ChangeDetector.Detect(
                        dimension,
                        SaidEncoding.Key,
                        state,
                        batch.Select(said => SaidEncoding.Record(dimension, said)).ToArray(),
                        new DetectContext { OpenFloor = 1_000, RecordedAt = from, Redelivered = isRedelivered });
                    state = detected.State ?? state;
                    Check(before, Rows(dimension, state), detected.Deltas, isRedelivered);
                }
            },
            iter: 10_000,
            print: t => $"seed {t.Item3}\n{string.Join('\n', t.Item2.AsEnumerable())}");

    private static void Check(Dictionary<long, Delta> before, Dictionary<long, Delta> after, Delta[] deltas, bool isRedelivered)
    {
        foreach (var delta in deltas)
        {
            var was = before.GetValueOrDefault(delta.ValidFrom);
            switch (delta.Change)
            {
                case RowChange.Repeated:
                    Assert.True(isRedelivered);
                    Assert.True(was is null ? delta.State == RowState.Retracted : Same(was, delta) && was.ValidTo == delta.ValidTo);
                    break;
                case RowChange.Opened:
                    Assert.True(was is null || was.State != delta.State);
                    var said = !delta.Before.IsEmpty ? delta.Before : deltas.FirstOrDefault(other => other.ValidTo == delta.ValidFrom && other.State == RowState.Version)?.Content ?? default;
                    var expected = was is { State: RowState.Version } ? was.Content
                        : after.Values.FirstOrDefault(row => row.ValidTo == delta.ValidFrom && row.State == RowState.Version)?.Content ?? default;
                    Assert.Equal(Convert.ToHexString(expected.Span), Convert.ToHexString(said.Span));
                    break;
                case RowChange.Moved:
                    Assert.True(was is not null && Same(was, delta) && was.ValidTo != delta.ValidTo);
                    break;
                case RowChange.Restated:
                    Assert.NotNull(was);
                    Assert.False(Same(was, delta));
                    Assert.Equal(Convert.ToHexString(was.Content.Span), Convert.ToHexString(delta.Before.Span));
                    break;
                default:
                    Assert.Fail($"There is no change {delta.Change}.");
                    break;
            }
        }

        // Nothing changed that no delta says.
        var changed = deltas.Where(delta => delta.Change != RowChange.Repeated).Select(delta => delta.ValidFrom).ToHashSet();
        var different = before.Keys.Union(after.Keys).Where(from =>
            before.GetValueOrDefault(from) is not { } old || after.GetValueOrDefault(from) is not { } now || !Same(old, now) || old.ValidTo != now.ValidTo);
        Assert.Equal(different.Order(), changed.Order());
    }

    private static Dictionary<long, Delta> Rows(DimensionDefinition dimension, ReadOnlyMemory<byte> state) =>
        CustomerHistory.Rows(dimension, SaidEncoding.Key, state).ToDictionary(row => row.ValidFrom);

    private static bool Same(Delta left, Delta right) => left.State == right.State && left.Content.Span.SequenceEqual(right.Content.Span);
}
