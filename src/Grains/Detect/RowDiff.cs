using System.Runtime.InteropServices;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>Compares the rows before and after and gives every row that differs a new revision.</summary>
internal static class RowDiff
{
    /// <summary>Emits the rows that differ into the workspace's deltas and counts them.</summary>
    public static DetectCounts Emit(string key, Timeline timeline, Workspace work, in DetectContext context, DetectCounts counts)
    {
        var before = CollectionsMarshal.AsSpan(work.Before);
        var after = CollectionsMarshal.AsSpan(work.After);
        long opened = 0, closed = 0, retracted = 0, touched = 0;
        var old = 0;
        for (var i = 0; i < after.Length; i++)
        {
            while (old < before.Length && before[old].From < after[i].From)
            {
                retracted += before[old].State == RowState.Version ? 1 : 0;
                Retract(key, timeline, before[old++], work.Deltas, context);
            }

            var change = RowChange.Opened;
            var said = ReadOnlyMemory<byte>.Empty;
            if (old < before.Length && before[old].From == after[i].From)
            {
                ref readonly var was = ref before[old++];
                if (was.LooksLike(after[i]))
                {
                    continue;
                }

                closed += was.To is null && after[i].To is not null && was.State == RowState.Version ? 1 : 0;
                opened += was.State != RowState.Version && after[i].State == RowState.Version ? 1 : 0;
                retracted += was.State == RowState.Version && after[i].State != RowState.Version ? 1 : 0;
                (change, said) = ChangeOf(was, after, i);
            }
            else
            {
                opened += after[i].State == RowState.Version ? 1 : 0;
                closed += after[i].State == RowState.Version && after[i].To is not null ? 1 : 0;
                touched++;
            }

            Stamp(timeline, after[i].Moment, after[i].State, context);
            work.Deltas.Add(ToDelta(key, timeline.Moments[after[i].Moment], after[i], change, said));
        }

        for (; old < before.Length; old++)
        {
            retracted += before[old].State == RowState.Version ? 1 : 0;
            Retract(key, timeline, before[old], work.Deltas, context);
        }

        // A remembered record that starts no new row, and whose batch emitted nothing for it, was a no-op.
        var effective = Math.Max(touched, work.Deltas.Count > 0 && touched == 0 ? 1 : 0);
        return counts with
        {
            NoOps = Math.Max(0, counts.NoOps - effective),
            Opened = opened,
            Closed = closed,
            Retracted = retracted,
        };
    }

    /// <summary>Emits every row that was ever emitted, as it is now and with the revision it has.</summary>
    public static void EmitAll(string key, Timeline timeline, List<RowImage> rows, List<Delta> deltas)
    {
        var row = 0;
        for (var i = 0; i < timeline.Moments.Count; i++)
        {
            var moment = timeline.Moments[i];
            while (row < rows.Count && rows[row].From < moment.Sequence)
            {
                row++;
            }

            if (moment.Revision == 0)
            {
                continue;
            }

            deltas.Add(row < rows.Count && rows[row].From == moment.Sequence
                ? ToDelta(key, moment, rows[row], RowChange.Repeated, said: default)
                : Retraction(key, moment, RowChange.Repeated, said: default));
        }
    }

    /// <summary>A row as a delta, with the lineage of the record that started it.</summary>
    public static Delta ToDelta(string key, in Moment moment, in RowImage row, RowChange change, ReadOnlyMemory<byte> said)
    {
        var source = RowFold.Winner(moment);
        return new Delta
        {
            Key = key,
            ValidFrom = row.From,
            ValidTo = row.To,
            State = row.State,
            Revision = moment.Revision,
            RecordedAt = moment.RecordedAt,
            Content = row.State == RowState.Version ? row.Assemble() : ReadOnlyMemory<byte>.Empty,
            File = source.File,
            Row = source.Row,
            Change = change,
            Before = said,
        };
    }

    /// <summary>What happened to a row that was there already, and what it said if that is not told otherwise.</summary>
    private static (RowChange Change, ReadOnlyMemory<byte> Said) ChangeOf(in RowImage was, ReadOnlySpan<RowImage> after, int at)
    {
        if (was.SaysSame(after[at]))
        {
            return (RowChange.Moved, default);
        }

        if (was.State == after[at].State)
        {
            return (RowChange.Restated, was.Assemble());
        }

        // A gap says nothing: what the customer was before it is the version that ends here, whose own image did not change.
        return was.State == RowState.Version ? (RowChange.Opened, was.Assemble())
            : at > 0 && after[at - 1].To == was.From && after[at - 1].State == RowState.Version ? (RowChange.Opened, after[at - 1].Assemble())
            : (RowChange.Opened, default);
    }

    private static void Retract(string key, Timeline timeline, in RowImage row, List<Delta> deltas, in DetectContext context)
    {
        var at = timeline.Find(row.From);
        Stamp(timeline, at, RowState.Retracted, context);
        deltas.Add(Retraction(key, timeline.Moments[at], RowChange.Restated, row.State == RowState.Version ? row.Assemble() : default));
    }

    private static Delta Retraction(string key, in Moment moment, RowChange change, ReadOnlyMemory<byte> said)
    {
        var source = RowFold.Winner(moment);
        return new Delta
        {
            Key = key,
            ValidFrom = moment.Sequence,
            State = RowState.Retracted,
            Revision = moment.Revision,
            RecordedAt = moment.RecordedAt,
            File = source.File,
            Row = source.Row,
            Change = change,
            Before = said,
        };
    }

    private static void Stamp(Timeline timeline, int at, RowState state, in DetectContext context)
    {
        ref var moment = ref CollectionsMarshal.AsSpan(timeline.Moments)[at];
        moment.Revision = ++timeline.Revision;
        moment.RecordedAt = context.RecordedAt;
        moment.Emitted = state;
    }
}
