using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Live;

/// <summary>Makes changes of deltas. Pure: everything a change says is in the deltas of its batch, nothing is looked up or guessed.</summary>
internal static class Changes
{
    /// <summary>The changes of a batch, in its order. Rows that only came again are none, nor is the end of a version that another one follows.</summary>
    /// <param name="deltas">Those of a customer stand together.</param>
    public static List<Change> Of(DimensionDefinition dimension, IReadOnlyList<Delta> deltas, IReadOnlyDictionary<long, string> fileNames)
    {
        var changes = new List<Change>(deltas.Count);
        for (var from = 0; from < deltas.Count;)
        {
            var to = from + 1;
            while (to < deltas.Count && deltas[to].Key == deltas[from].Key)
            {
                to++;
            }

            for (var i = from; i < to; i++)
            {
                if (Of(dimension, deltas, from, to, i) is { } change)
                {
                    changes.Add(change with { SourceFile = fileNames.GetValueOrDefault(deltas[i].File) });
                }
            }

            from = to;
        }

        return changes;
    }

    private static Change? Of(DimensionDefinition dimension, IReadOnlyList<Delta> deltas, int from, int to, int at)
    {
        var delta = deltas[at];
        var before = delta.Before;
        if (before.IsEmpty && delta.Change == RowChange.Opened)
        {
            before = EndingAt(deltas, from, to, delta.ValidFrom);
        }

        ChangeOperation? operation = (delta.Change, delta.State) switch
        {
            (RowChange.Restated, RowState.Retracted) => ChangeOperation.Retract,
            (RowChange.Restated, RowState.Version) => ChangeOperation.Restate,
            (RowChange.Opened, RowState.Version) => before.IsEmpty ? ChangeOperation.Insert : ChangeOperation.Update,
            (RowChange.Opened, RowState.Deleted) => ChangeOperation.Delete,
            (RowChange.Moved, RowState.Version) when !IsFollowed(deltas, from, to, delta.ValidTo) => ChangeOperation.Move,
            _ => null,
        };
        return operation is not { } known ? null : new Change
        {
            Dimension = dimension,
            Key = delta.Key,
            Operation = known,
            ValidFrom = delta.ValidFrom,
            ValidTo = delta.ValidTo,
            Revision = delta.Revision,
            RecordedAt = delta.RecordedAt,
            SourceRow = delta.Row,
            Fields = known == ChangeOperation.Move ? [] : FieldChanges.Between(dimension, before, delta.Content),
        };
    }

    /// <summary>What the version says that ends at <paramref name="sequence"/>; empty for a gap and where none of the batch does.</summary>
    private static ReadOnlyMemory<byte> EndingAt(IReadOnlyList<Delta> deltas, int from, int to, long sequence)
    {
        for (var i = from; i < to; i++)
        {
            if (deltas[i].ValidTo == sequence && deltas[i].State == RowState.Version)
            {
                return deltas[i].Content;
            }
        }

        return ReadOnlyMemory<byte>.Empty;
    }

    private static bool IsFollowed(IReadOnlyList<Delta> deltas, int from, int to, long? end)
    {
        for (var i = from; i < to; i++)
        {
            if (deltas[i].ValidFrom == end && deltas[i].Change == RowChange.Opened)
            {
                return true;
            }
        }

        return false;
    }
}
