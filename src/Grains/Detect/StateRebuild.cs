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
    /// The revision of the open row that readers of the lake show as the current one. Another one that is right but older would stay hidden behind it, so it is given
    /// out anew. Null where nothing may be kept: there is no such row, or the lake has revisions twice for different rows, so that readers may differ.
    /// </param>
    /// <param name="openFloor">Files from this number on will be read (again) after the rebuild.</param>
    /// <param name="recordedAt">The time new deltas are stamped with, microseconds UTC.</param>
    public static Reconciled Reconcile(
        DimensionDefinition dimension, string key, ReadOnlyMemory<byte> records, IReadOnlyList<LakeRow> lake, long? current, RebuildSource from, long openFloor, long recordedAt)
    {
        var work = Begin(from == RebuildSource.Lake ? default : records);
        var timeline = work.Timeline;
        var fromRecords = timeline.Moments.Count > 0;
        var fromLake = from != RebuildSource.Archive && TakeUnexplained(dimension, timeline, lake, openFloor, work);
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

        Stamp(key, timeline, work, lake, current, recordedAt);
        timeline.Version++;
        return new()
        {
            State = TimelineCodec.Encode(timeline, ref work.Buffer),
            Deltas = [.. work.Deltas],
            FromRecords = fromRecords,
            FromLake = fromLake,
        };
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

    /// <summary>Takes rows of the lake that no record explains for records at their start; says whether there were any.</summary>
    private static bool TakeUnexplained(DimensionDefinition dimension, Timeline timeline, IReadOnlyList<LakeRow> lake, long openFloor, Workspace work)
    {
        var took = false;
        foreach (var (row, _) in lake)
        {
            if (row.State != RowState.Retracted && timeline.Find(row.ValidFrom) is < 0 and var at)
            {
                timeline.Moments.Insert(~at, new Moment { Sequence = row.ValidFrom, First = Candidate(row) });
                took = true;
            }
        }

        // A file that is not there any more may have had the winner of a tie whose loser is still known.
        foreach (var (row, isArchived) in lake)
        {
            if (row.State == RowState.Retracted || isArchived)
            {
                continue;
            }

            work.After.Clear();
            RowFold.Fold(dimension, timeline.Moments, 0, work.After);
            if (!Shows(work.After, row))
            {
                Replace(ref CollectionsMarshal.AsSpan(timeline.Moments)[timeline.Find(row.ValidFrom)], Candidate(row), openFloor);
                took = true;
            }
        }

        return took;
    }

    private static Candidate Candidate(Delta row) => new()
    {
        Kind = row.State == RowState.Deleted ? RecordKind.Delete : RecordKind.Upsert,
        Ordinal = Record.NoOrdinal,
        File = row.File,
        Row = row.Row,
        Content = row.Content,
    };

    // What counts at a start is whether a version holds there and its tracked columns: where it ends, and what the others show, later records decide.
    private static bool Shows(List<RowImage> rows, Delta wanted)
    {
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            if (rows[i].From <= wanted.ValidFrom)
            {
                return rows[i].State == wanted.State
                    && (wanted.State != RowState.Version || rows[i].Tracked.Span.SequenceEqual(new ContentView(wanted.Content.Span).Tracked));
            }
        }

        return false;
    }

    // Candidates of files that will be read again stay: they may still win.
    private static void Replace(ref Moment moment, Candidate winner, long openFloor)
    {
        var open = new List<Candidate>();
        foreach (var candidate in (ReadOnlySpan<Candidate>)[moment.First, .. moment.Others ?? []])
        {
            if (candidate.File >= openFloor && candidate.File != winner.File)
            {
                open.Add(candidate);
            }
        }

        moment.First = winner;
        moment.Others = open.Count == 0 ? null : [.. open];
    }

    private static void Stamp(string key, Timeline timeline, Workspace work, IReadOnlyList<LakeRow> lake, long? current, long recordedAt)
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
                if (current is not null && IsSame(rows[row], shown) && (rows[row].To is not null || shown.Revision == current))
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
            if (shown.State != RowState.Retracted)
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
        deltas.Add(RowDiff.ToDelta(key, moment, row));
    }
}
