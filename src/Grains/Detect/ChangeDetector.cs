using System.Runtime.InteropServices;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>
/// Decides what a batch of records changes for one customer. Pure: the same state, records and context give the same
/// outcome, and over any split, order or repetition of a set of records the final rows are the same.
/// </summary>
public static class ChangeDetector
{
    [ThreadStatic]
    private static Workspace? _workspace;

    /// <summary>
    /// Folds <paramref name="records"/>, all of the customer <paramref name="key"/>, into <paramref name="state"/> (empty for
    /// a customer never heard of). Records of one file have to come in the order of their rows.
    /// </summary>
    /// <exception cref="InvalidDataException">The state is not one this version can read.</exception>
    public static Detected Detect(
        DimensionDefinition dimension, string key, ReadOnlyMemory<byte> state, ReadOnlySpan<Record> records, in DetectContext context)
    {
        var work = _workspace ??= new Workspace();
        work.Clear();
        var timeline = work.Timeline;
        TimelineCodec.Decode(state, timeline);

        var newest = timeline.Moments.Count == 0 ? long.MinValue : timeline.Moments[^1].Sequence;
        var first = context.Redelivered ? 0 : RowFold.StartOfRunBefore(dimension, timeline.Moments, FirstTouched(timeline, records));
        RowFold.Fold(dimension, timeline.Moments, first, work.Before);

        var counts = Add(dimension, timeline, records, newest, context, work, out var changed);
        if (changed)
        {
            RowFold.Fold(dimension, timeline.Moments, first, work.After);
            counts = RowDiff.Emit(key, timeline, work, context, counts);
            Compact(dimension, timeline);
            timeline.Version++;
        }

        if (context.Redelivered)
        {
            var changes = work.Deltas.ToDictionary(delta => delta.ValidFrom);
            work.Deltas.Clear();
            RowDiff.EmitAll(key, timeline, changed ? work.After : work.Before, work.Deltas);
            foreach (ref var delta in CollectionsMarshal.AsSpan(work.Deltas))
            {
                // All rows go out, but only these changed now.
                delta = changes.GetValueOrDefault(delta.ValidFrom) ?? delta;
            }
        }

        return new Detected
        {
            State = changed ? TimelineCodec.Encode(timeline, ref work.Buffer) : null,
            Deltas = work.Deltas.Count == 0 ? [] : [.. work.Deltas],
            TooLate = work.TooLate.Count == 0 ? [] : [.. work.TooLate],
            Counts = counts,
        };
    }

    private static DetectCounts Add(
        DimensionDefinition dimension, Timeline timeline, ReadOnlySpan<Record> records, long newest, in DetectContext context, Workspace work, out bool changed)
    {
        changed = false;
        long duplicates = 0, late = 0, conflicts = 0, remembered = 0;
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            var isLate = record.Sequence < newest;
            if (isLate && dimension.Lateness is { } horizon && record.Sequence < newest - horizon && !MomentSet.Holds(timeline, record))
            {
                work.TooLate.Add(i);
                continue;
            }

            var added = MomentSet.Add(dimension, timeline, record, context.OpenFloor, out var conflict);
            changed |= added;
            duplicates += added ? 0 : 1;
            remembered += added ? 1 : 0;
            late += added && isLate ? 1 : 0;
            conflicts += conflict ? 1 : 0;
        }

        // How many of the remembered records were no-ops is known only after the rows are compared.
        return new DetectCounts { Duplicates = duplicates, Late = late, Conflicts = conflicts, NoOps = remembered };
    }

    private static int FirstTouched(Timeline timeline, ReadOnlySpan<Record> records)
    {
        var lowest = long.MaxValue;
        foreach (ref readonly var record in records)
        {
            lowest = Math.Min(lowest, record.Sequence);
        }

        var at = timeline.Find(lowest);
        return at < 0 ? ~at : at;
    }

    // With a lateness horizon nothing older can split a run any more, so no-ops behind it need not be remembered, but for
    // the last of a run, which carries the newest values of columns that open no versions.
    private static void Compact(DimensionDefinition dimension, Timeline timeline)
    {
        if (dimension.Lateness is not { } lateness || dimension.KeepMissing || timeline.Moments.Count < 3)
        {
            return;
        }

        var moments = CollectionsMarshal.AsSpan(timeline.Moments);
        var horizon = moments[^1].Sequence - lateness;
        var kept = 1;
        for (var i = 1; i < moments.Length; i++)
        {
            // The first moment that is not behind the horizon may still change, and a run be split right before it.
            var needed = i == moments.Length - 1 || moments[i + 1].Sequence >= horizon || moments[i].Revision != 0 || moments[i].Others is not null
                || !SameRun(moments[kept - 1], moments[i]) || !SameRun(moments[i], moments[i + 1]);
            if (needed)
            {
                moments[kept++] = moments[i];
            }
        }

        CollectionsMarshal.SetCount(timeline.Moments, kept);
    }

    private static bool SameRun(in Moment left, in Moment right)
    {
        var a = RowFold.Winner(left);
        var b = RowFold.Winner(right);
        return a.Kind == b.Kind && (a.Kind == RecordKind.Delete
            || new ContentView(a.Content.Span).Tracked.SequenceEqual(new ContentView(b.Content.Span).Tracked));
    }
}
