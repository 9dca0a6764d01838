using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Naive;

/// <summary>What a warehouse makes of deltas: the highest revision per start wins, and per key the highest open one.</summary>
public static class Merged
{
    public static List<NaiveRow> History(DimensionDefinition dimension, IEnumerable<Delta> deltas) =>
        [.. deltas.GroupBy(d => d.ValidFrom).Select(g => g.MaxBy(d => d.Revision)!).Where(d => d.State != RowState.Retracted)
            .OrderBy(d => d.ValidFrom).Select(d => SaidEncoding.Row(dimension, d))];

    public static NaiveRow? Current(DimensionDefinition dimension, IEnumerable<Delta> deltas) =>
        deltas.Where(d => d.ValidTo is null && d.State != RowState.Retracted).MaxBy(d => d.Revision) is { } newest ? SaidEncoding.Row(dimension, newest) : null;
}
