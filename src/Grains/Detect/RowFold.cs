using System.Runtime.InteropServices;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>
/// Folds moments into rows: SCD2 is the maximal runs of equal tracked columns, as half-open intervals from the first moment
/// of a run to the next change or delete. A row is compared with its predecessor only, so A, B, A are three rows.
/// </summary>
internal static class RowFold
{
    /// <summary>The row of the run that holds the moment before <paramref name="moment"/> begins here; 0 if all rows are needed.</summary>
    public static int StartOfRunBefore(DimensionDefinition dimension, List<Moment> moments, int moment)
    {
        // Inherited columns and columns restated everywhere reach over the whole time line.
        if (moment == 0 || dimension.KeepMissing || dimension.TrackedCount + dimension.LatestCount < dimension.SlotOrder.Count)
        {
            return 0;
        }

        var all = CollectionsMarshal.AsSpan(moments);
        var start = Math.Min(moment, all.Length) - 1;
        while (start > 0)
        {
            var here = Winner(all[start]);
            var before = Winner(all[start - 1]);
            if (here.Kind != before.Kind || !TrackedOf(here.Content).Span.SequenceEqual(TrackedOf(before.Content).Span))
            {
                break;
            }

            start--;
        }

        return start;
    }

    /// <summary>Appends the rows from the moment <paramref name="start"/> on, which must begin a run, to <paramref name="rows"/>.</summary>
    public static void Fold(DimensionDefinition dimension, List<Moment> moments, int start, List<RowImage> rows)
    {
        var all = CollectionsMarshal.AsSpan(moments);
        var open = -1;
        var inherited = ReadOnlyMemory<byte>.Empty;
        for (var i = start; i < all.Length; i++)
        {
            var kind = RecordKind.Upsert;
            if (dimension.KeepMissing)
            {
                inherited = Inherit(dimension, all[i], inherited, out kind);
            }
            else
            {
                var winner = Winner(all[i]);
                kind = winner.Kind;
                inherited = winner.Content;
            }

            var state = kind == RecordKind.Delete ? RowState.Deleted : RowState.Version;
            var (tracked, latest, overwrite) = Sections(inherited);
            if (open >= 0)
            {
                ref var current = ref CollectionsMarshal.AsSpan(rows)[open];
                if (current.State == state && current.Tracked.Span.SequenceEqual(tracked.Span))
                {
                    current.Latest = latest;
                    current.Overwrite = overwrite;
                    continue;
                }

                current.To = all[i].Sequence;
            }

            open = rows.Count;
            rows.Add(new RowImage { From = all[i].Sequence, State = state, Tracked = tracked, Latest = latest, Overwrite = overwrite, Moment = i });
        }

        Restate(rows);
    }

    /// <summary>The candidate that counts where every record states all columns.</summary>
    public static Candidate Winner(in Moment moment)
    {
        var best = moment.First;
        if (moment.Others is not null)
        {
            foreach (ref readonly var other in moment.Others.AsSpan())
            {
                if (other.CompareContent(best) > 0)
                {
                    best = other;
                }
            }
        }

        return best;
    }

    // Restated columns show the newest value in every row of the key.
    private static void Restate(List<RowImage> rows)
    {
        var all = CollectionsMarshal.AsSpan(rows);
        var newest = ReadOnlyMemory<byte>.Empty;
        for (var i = all.Length - 1; i >= 0; i--)
        {
            if (all[i].State != RowState.Version)
            {
                continue;
            }

            if (newest.IsEmpty)
            {
                newest = all[i].Overwrite;
            }

            all[i].Overwrite = newest;
        }
    }

    private static ReadOnlyMemory<byte> Inherit(DimensionDefinition dimension, in Moment moment, ReadOnlyMemory<byte> inherited, out RecordKind kind)
    {
        if (dimension.OrdinalColumn is null)
        {
            return Step(dimension, Winner(moment), inherited, out kind);
        }

        // With ordinals the first candidate is the highest; the others, ascending, were before it at the same sequence.
        foreach (ref readonly var other in (moment.Others ?? []).AsSpan())
        {
            inherited = Step(dimension, other, inherited, out _);
        }

        return Step(dimension, moment.First, inherited, out kind);
    }

    private static ReadOnlyMemory<byte> Step(DimensionDefinition dimension, in Candidate candidate, ReadOnlyMemory<byte> inherited, out RecordKind kind)
    {
        kind = candidate.Kind;
        if (kind == RecordKind.Delete)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        return PartialContent.IsPartial(candidate.Content.Span)
            ? PartialContent.Overlay(dimension, candidate.Resets ? [] : inherited.Span, candidate.Content.Span, complete: true)
            : candidate.Content;
    }

    private static ReadOnlyMemory<byte> TrackedOf(ReadOnlyMemory<byte> content) => Sections(content).Tracked;

    private static (ReadOnlyMemory<byte> Tracked, ReadOnlyMemory<byte> Latest, ReadOnlyMemory<byte> Overwrite) Sections(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
        {
            return default;
        }

        var bytes = content.Span;
        var position = 0;
        var tracked = (int)Varint.ReadUnsigned(bytes, ref position);
        var latest = (int)Varint.ReadUnsigned(bytes, ref position);
        return (content.Slice(position, tracked), content.Slice(position + tracked, latest), content[(position + tracked + latest)..]);
    }
}
