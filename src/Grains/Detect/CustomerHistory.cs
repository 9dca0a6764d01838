using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>Reads rows out of a customer's state.</summary>
public static class CustomerHistory
{
    /// <summary>
    /// Every row of the customer as it was last emitted, ascending by start: versions, gaps and, with
    /// <paramref name="retracted"/>, starts that are no more.
    /// </summary>
    public static IReadOnlyList<Delta> Rows(DimensionDefinition dimension, string key, ReadOnlyMemory<byte> state, bool retracted = false)
    {
        var timeline = new Timeline();
        TimelineCodec.Decode(state, timeline);
        var rows = new List<RowImage>();
        RowFold.Fold(dimension, timeline.Moments, 0, rows);
        var deltas = new List<Delta>(rows.Count);
        RowDiff.EmitAll(key, timeline, rows, deltas);
        if (!retracted)
        {
            deltas.RemoveAll(row => row.State == RowState.Retracted);
        }

        return deltas;
    }

    /// <summary>The version that holds at <paramref name="sequence"/>; null before the first, in a gap and for an unknown customer.</summary>
    public static Delta? At(DimensionDefinition dimension, string key, ReadOnlyMemory<byte> state, long sequence)
    {
        foreach (var row in Rows(dimension, key, state))
        {
            if (row.ValidFrom <= sequence && (row.ValidTo is not { } end || sequence < end))
            {
                return row.State == RowState.Version ? row : null;
            }
        }

        return null;
    }

    /// <summary>The version that is open; null for a deleted or unknown customer.</summary>
    public static Delta? Current(DimensionDefinition dimension, string key, ReadOnlyMemory<byte> state)
    {
        var rows = Rows(dimension, key, state);
        return rows.Count > 0 && rows[^1] is { State: RowState.Version, ValidTo: null } row ? row : null;
    }
}
