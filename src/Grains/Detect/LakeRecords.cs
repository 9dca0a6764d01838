using System.Runtime.InteropServices;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>
/// Takes rows of the lake for records where records are missing. A row that starts where no record is known becomes one. Where not all
/// records are there, those that are left must show what the lake shows: a loser of a tie does not come back because the winner's file is gone, and columns
/// that open no versions keep the values of reports that are gone.
/// </summary>
internal static class LakeRecords
{
    /// <summary>Says whether there was anything to take.</summary>
    /// <param name="rows">Room for rows.</param>
    public static bool Take(DimensionDefinition dimension, Timeline timeline, IReadOnlyList<LakeRow> lake, in KnownRecords known, List<RowImage> rows)
    {
        var took = false;
        foreach (var (row, _) in lake)
        {
            if (row.State != RowState.Retracted && timeline.Find(row.ValidFrom) is < 0 and var at)
            {
                timeline.Moments.Insert(~at, new Moment { Sequence = row.ValidFrom, First = ToCandidate(row) });
                took = true;
            }
        }

        if (!known.AreComplete)
        {
            took |= Overrule(dimension, timeline, lake, known, rows);
            took |= KeepUntracked(dimension, timeline, lake, known, rows);
        }

        return took;
    }

    /// <summary>Removes or replaces what contradicts the rows that the lake shows.</summary>
    private static bool Overrule(DimensionDefinition dimension, Timeline timeline, IReadOnlyList<LakeRow> lake, in KnownRecords known, List<RowImage> rows)
    {
        var took = false;
        Fold(dimension, timeline, rows);
        for (var i = 0; i < timeline.Moments.Count; i++)
        {
            var moment = timeline.Moments[i];
            var shown = ShownAt(lake, moment.Sequence);
            if (IsSame(rows, moment.Sequence, shown) || !IsBehind(moment, known))
            {
                continue;
            }

            if (shown is not null && shown.ValidFrom == moment.Sequence)
            {
                CollectionsMarshal.AsSpan(timeline.Moments)[i] = new Moment { Sequence = moment.Sequence, First = ToCandidate(shown) };
            }
            else
            {
                timeline.Moments.RemoveAt(i--);
            }

            took = true;
            Fold(dimension, timeline, rows);
        }

        return took;
    }

    private static bool KeepUntracked(DimensionDefinition dimension, Timeline timeline, IReadOnlyList<LakeRow> lake, in KnownRecords known, List<RowImage> rows)
    {
        var took = false;
        Fold(dimension, timeline, rows);
        foreach (var (shown, _) in lake)
        {
            // Ascending: what a partial record inherits may change with the one before.
            var at = shown.State == RowState.Version ? rows.FindIndex(row => row.From == shown.ValidFrom) : -1;
            if (at < 0 || !IsSame(rows, shown.ValidFrom, shown) || rows[at].Assemble().AsSpan().SequenceEqual(shown.Content.Span))
            {
                continue;
            }

            // The last report of the version carries the newest values of such columns.
            var last = (at + 1 < rows.Count ? rows[at + 1].Moment : timeline.Moments.Count) - 1;
            ref var moment = ref CollectionsMarshal.AsSpan(timeline.Moments)[last];
            if (IsBehind(moment, known) && shown.ValidTo == rows[at].To)
            {
                moment.First.Content = shown.Content;
                moment.Others = null;
                took = true;
                Fold(dimension, timeline, rows);
            }
        }

        return took;
    }

    private static void Fold(DimensionDefinition dimension, Timeline timeline, List<RowImage> rows)
    {
        rows.Clear();
        RowFold.Fold(dimension, timeline.Moments, 0, rows);
    }

    // What is claimed, or came after the newest the lake has, the lake need not show.
    private static bool IsBehind(in Moment moment, in KnownRecords known)
    {
        foreach (ref readonly var candidate in (ReadOnlySpan<Candidate>)[moment.First, .. moment.Others ?? []])
        {
            if (candidate.File >= known.OpenFloor || candidate.File > known.LakeUntil)
            {
                return false;
            }
        }

        return true;
    }

    private static Delta? ShownAt(IReadOnlyList<LakeRow> lake, long sequence)
    {
        for (var i = lake.Count - 1; i >= 0; i--)
        {
            if (lake[i].Row.State != RowState.Retracted && lake[i].Row.ValidFrom <= sequence)
            {
                return lake[i].Row;
            }
        }

        return null;
    }

    // Whether a version holds there and its tracked columns.
    private static bool IsSame(List<RowImage> rows, long sequence, Delta? shown)
    {
        var at = rows.FindLastIndex(row => row.From <= sequence);
        return at < 0 || shown is null
            ? at < 0 && shown is null
            : rows[at].State == shown.State
                && (shown.State != RowState.Version || rows[at].Tracked.Span.SequenceEqual(new ContentView(shown.Content.Span).Tracked));
    }

    private static Candidate ToCandidate(Delta row) => new()
    {
        Kind = row.State == RowState.Deleted ? RecordKind.Delete : RecordKind.Upsert,
        Ordinal = Record.NoOrdinal,
        File = row.File,
        Row = row.Row,
        Content = row.Content,
    };
}
