using System.Runtime.InteropServices;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>
/// The fold of a rebuild, in two steps: first the records of a customer are gathered, with no thought of rows (<see cref="Gather"/>); then the
/// rows they make get the revisions that the lake has for them, or new ones (<see cref="Reconcile"/>). Pure.
/// </summary>
public static class StateRebuild
{
    [ThreadStatic]
    private static Workspace? _workspace;

    /// <summary>Of a state in use: its records, without the rows that were emitted for them. The highest revision is kept.</summary>
    /// <exception cref="InvalidDataException">The state is not one this version can read.</exception>
    public static byte[] Records(ReadOnlyMemory<byte> state, ISet<long> files)
    {
        var work = Begin(state);
        foreach (ref var moment in CollectionsMarshal.AsSpan(work.Timeline.Moments))
        {
            Forget(ref moment);
            files.Add(moment.First.File);
            foreach (ref readonly var other in (moment.Others ?? []).AsSpan())
            {
                files.Add(other.File);
            }
        }

        return TimelineCodec.Encode(work.Timeline, ref work.Buffer);
    }

    /// <summary>Adds <paramref name="records"/>, those of a file in the order of its rows, to what <see cref="Records"/> or this method gave before.</summary>
    /// <param name="state">Empty for a customer that was not met yet.</param>
    /// <param name="openFloor">Files with lower numbers have no more records to come.</param>
    /// <param name="tooLate">How many records were left out because they are behind the lateness horizon.</param>
    /// <returns>The state; null when it did not change.</returns>
    public static byte[]? Gather(DimensionDefinition dimension, ReadOnlyMemory<byte> state, ReadOnlySpan<Record> records, long openFloor, out int tooLate)
    {
        var work = Begin(state);
        var timeline = work.Timeline;
        var horizon = dimension.Lateness is { } lateness && timeline.Moments.Count > 0 ? timeline.Moments[^1].Sequence - lateness : long.MinValue;
        var changed = false;
        tooLate = 0;
        foreach (ref readonly var record in records)
        {
            if (record.Sequence < horizon && !MomentSet.Holds(timeline, record))
            {
                tooLate++;
                continue;
            }

            changed |= MomentSet.Add(dimension, timeline, record, openFloor, out _);
        }

        return changed ? TimelineCodec.Encode(timeline, ref work.Buffer) : null;
    }

    /// <summary>Whether a state has been reconciled: some row of it has a revision.</summary>
    public static bool IsReconciled(ReadOnlyMemory<byte> state)
    {
        foreach (ref readonly var moment in CollectionsMarshal.AsSpan(Begin(state).Timeline.Moments))
        {
            if (moment.Revision != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Gives the rows their revisions. A row that the lake shows exactly so keeps the lake's; every other one gets a revision above all that the
    /// lake has of the customer, and so do retractions of rows that the lake shows and are none.
    /// </summary>
    /// <param name="records">What <see cref="Gather"/> gave; empty where there were no records.</param>
    /// <param name="lake">The customer's rows in the lake, ascending by start, each start once.</param>
    /// <param name="current">
    /// The revision of the open row that readers of the lake show as the current one; null where there is none. Another open row that is right but older would stay
    /// hidden behind it, so it is given out anew.
    /// </param>
    /// <param name="isForked">The lake has revisions twice for different rows, so that readers may differ: every start is given out anew.</param>
    /// <param name="known">What is known of where the records come from.</param>
    /// <param name="recordedAt">The time new deltas are stamped with, microseconds UTC.</param>
    public static Reconciled Reconcile(
        DimensionDefinition dimension, string key, ReadOnlyMemory<byte> records, IReadOnlyList<LakeRow> lake, long? current, bool isForked, RebuildSource from, in KnownRecords known, long recordedAt)
    {
        var work = Begin(from == RebuildSource.Lake ? default : records);
        var timeline = work.Timeline;
        var fromRecords = timeline.Moments.Count > 0;
        var fromLake = from != RebuildSource.Archive && LakeRecords.Take(dimension, timeline, lake, known, work.After);
        work.After.Clear();
        RowFold.Fold(dimension, timeline.Moments, 0, work.After);
        foreach (var row in lake)
        {
            timeline.Revision = Math.Max(timeline.Revision, row.Row.Revision);
        }

        foreach (ref var moment in CollectionsMarshal.AsSpan(timeline.Moments))
        {
            Forget(ref moment);
        }

        Stamp(key, timeline, work, lake, current, isForked, recordedAt);
        timeline.Version++;
        return new()
        {
            State = TimelineCodec.Encode(timeline, ref work.Buffer),
            Deltas = [.. work.Deltas],
            FromRecords = fromRecords,
            FromLake = fromLake,
        };
    }

    /// <summary>Whether a state can have given out a row of the lake: it has the row's revision, or a newer one of the same start.</summary>
    public static bool Knows(ReadOnlyMemory<byte> state, Delta row)
    {
        var timeline = Begin(state).Timeline;
        var at = timeline.Find(row.ValidFrom);
        var emitted = at < 0 ? 0 : timeline.Moments[at].Revision;

        // A start that was retracted long ago may be forgotten; its retraction had a revision of its own.
        return emitted != 0 ? emitted >= row.Revision
            : row.State == RowState.Retracted ? timeline.Revision >= row.Revision
            : timeline.Revision > row.Revision;
    }

    private static Workspace Begin(ReadOnlyMemory<byte> state)
    {
        var work = _workspace ??= new Workspace();
        work.Clear();
        TimelineCodec.Decode(state, work.Timeline);
        return work;
    }

    private static void Forget(ref Moment moment)
    {
        moment.Revision = 0;
        moment.RecordedAt = 0;
        moment.Emitted = default;
    }

    private static void Stamp(string key, Timeline timeline, Workspace work, IReadOnlyList<LakeRow> lake, long? current, bool isForked, long recordedAt)
    {
        var moments = CollectionsMarshal.AsSpan(timeline.Moments);
        var rows = CollectionsMarshal.AsSpan(work.After);
        var row = 0;
        foreach (var (shown, _) in lake)
        {
            for (; row < rows.Length && rows[row].From < shown.ValidFrom; row++)
            {
                Emit(key, timeline, rows[row], recordedAt, work.Deltas);
            }

            if (row < rows.Length && rows[row].From == shown.ValidFrom)
            {
                if (!isForked && IsSame(rows[row], shown) && (rows[row].To is not null || shown.Revision == current))
                {
                    Keep(ref moments[rows[row].Moment], shown);
                }
                else
                {
                    Emit(key, timeline, rows[row], recordedAt, work.Deltas);
                }

                row++;
                continue;
            }

            var retraction = shown;
            if (shown.State != RowState.Retracted || isForked)
            {
                retraction = shown with { State = RowState.Retracted, ValidTo = null, Content = default, Revision = ++timeline.Revision, RecordedAt = recordedAt };
                work.Deltas.Add(retraction);
            }

            if (timeline.Find(shown.ValidFrom) is >= 0 and var at)
            {
                Keep(ref moments[at], retraction);
            }
        }

        for (; row < rows.Length; row++)
        {
            Emit(key, timeline, rows[row], recordedAt, work.Deltas);
        }
    }

    private static bool IsSame(in RowImage row, Delta shown) =>
        row.State == shown.State && row.To == shown.ValidTo && (row.State != RowState.Version || row.Assemble().AsSpan().SequenceEqual(shown.Content.Span));

    private static void Keep(ref Moment moment, Delta emitted)
    {
        moment.Revision = emitted.Revision;
        moment.RecordedAt = emitted.RecordedAt;
        moment.Emitted = emitted.State;
    }

    private static void Emit(string key, Timeline timeline, in RowImage row, long recordedAt, List<Delta> deltas)
    {
        ref var moment = ref CollectionsMarshal.AsSpan(timeline.Moments)[row.Moment];
        moment.Revision = ++timeline.Revision;
        moment.RecordedAt = recordedAt;
        moment.Emitted = row.State;
        deltas.Add(RowDiff.ToDelta(key, moment, row, RowChange.Repeated, said: default));
    }
}
