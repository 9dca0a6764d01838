using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>
/// Puts one record into a time line so that the result depends on the set of records only, never on the order they come in.
/// </summary>
internal static class MomentSet
{
    /// <summary>Adds <paramref name="record"/>; says what it did to the time line.</summary>
    /// <param name="openFloor">Files with lower numbers are finished: they have no more rows to come.</param>
    /// <param name="conflict">Another record of the same sequence says something else and no ordinal decides.</param>
    public static bool Add(DimensionDefinition dimension, Timeline timeline, in Record record, long openFloor, out bool conflict)
    {
        conflict = false;
        var at = timeline.Find(record.Sequence);
        if (at < 0)
        {
            timeline.Moments.Insert(~at, new Moment { Sequence = record.Sequence, First = Candidate.Of(record) });
            return true;
        }

        ref var moment = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(timeline.Moments)[at];
        return dimension.OrdinalColumn is not null
            ? dimension.KeepMissing
                ? AddOrdinalPartial(ref moment, Candidate.Of(record), ref conflict)
                : AddOrdinal(ref moment, Candidate.Of(record), ref conflict)
            : AddByFile(dimension, ref moment, Candidate.Of(record), openFloor, ref conflict);
    }

    /// <summary>Whether the time line holds a record that says the same at the same sequence and ordinal.</summary>
    public static bool Holds(Timeline timeline, in Record record)
    {
        var at = timeline.Find(record.Sequence);
        if (at < 0)
        {
            return false;
        }

        var moment = timeline.Moments[at];
        var candidate = Candidate.Of(record);
        if (candidate.Ordinal == moment.First.Ordinal && candidate.SaysTheSameAs(moment.First))
        {
            return true;
        }

        foreach (ref readonly var other in (moment.Others ?? []).AsSpan())
        {
            if (candidate.Ordinal == other.Ordinal && candidate.SaysTheSameAs(other))
            {
                return true;
            }
        }

        return false;
    }

    // Every record states all columns and ordinals order them: the highest is all that matters, for ever.
    private static bool AddOrdinal(ref Moment moment, in Candidate candidate, ref bool conflict)
    {
        if (candidate.Ordinal < moment.First.Ordinal)
        {
            return false;
        }

        if (candidate.Ordinal == moment.First.Ordinal)
        {
            if (candidate.SaysTheSameAs(moment.First))
            {
                return false;
            }

            conflict = true;
            if (candidate.CompareContent(moment.First) < 0)
            {
                return false;
            }
        }

        moment.First = candidate;
        return true;
    }

    // Partial records flow into each other, so each ordinal is remembered: the highest first, the others ascending.
    private static bool AddOrdinalPartial(ref Moment moment, in Candidate candidate, ref bool conflict)
    {
        if (candidate.Ordinal > moment.First.Ordinal)
        {
            moment.Others = [.. moment.Others ?? [], moment.First];
            moment.First = candidate;
            return true;
        }

        if (candidate.Ordinal == moment.First.Ordinal)
        {
            return Replace(ref moment.First, candidate, ref conflict);
        }

        var others = moment.Others ?? [];
        var at = 0;
        while (at < others.Length && others[at].Ordinal < candidate.Ordinal)
        {
            at++;
        }

        if (at < others.Length && others[at].Ordinal == candidate.Ordinal)
        {
            return Replace(ref others[at], candidate, ref conflict);
        }

        moment.Others = [.. others.AsSpan(0, at), candidate, .. others.AsSpan(at)];
        return true;
    }

    private static bool Replace(ref Candidate present, in Candidate candidate, ref bool conflict)
    {
        if (candidate.SaysTheSameAs(present))
        {
            return false;
        }

        conflict = true;
        if (candidate.CompareContent(present) < 0)
        {
            return false;
        }

        present = candidate;
        return true;
    }

    // Inside a file its later row wins; between files the content decides. While a file is open its candidate is kept apart,
    // because a later row of it may replace that candidate; of the finished files only the greatest one can matter.
    private static bool AddByFile(DimensionDefinition dimension, ref Moment moment, in Candidate candidate, long openFloor, ref bool conflict)
    {
        var all = new List<Candidate>(1 + (moment.Others?.Length ?? 0)) { moment.First };
        all.AddRange(moment.Others ?? []);

        var incoming = candidate;
        var own = all.FindIndex(c => c.File == incoming.File);
        if (own >= 0)
        {
            var present = all[own];
            if (candidate.Row <= present.Row)
            {
                return false;
            }

            var merged = dimension.KeepMissing ? Compose(dimension, present, candidate) : candidate;
            if (merged.SaysTheSameAs(present) && !dimension.KeepMissing)
            {
                return false;
            }

            all[own] = merged;
        }
        else
        {
            conflict = all.Exists(c => !c.SaysTheSameAs(incoming));
            if (!dimension.KeepMissing && all.Exists(c => c.File < openFloor && incoming.CompareContent(c) <= 0))
            {
                return false;
            }

            all.Add(candidate);
        }

        KeepOneOfTheFinished(all, openFloor);
        moment.First = all[0];
        moment.Others = all.Count > 1 ? [.. all[1..]] : null;
        return true;
    }

    private static Candidate Compose(DimensionDefinition dimension, in Candidate under, in Candidate over)
    {
        var composed = over;
        if (over.Kind == RecordKind.Upsert)
        {
            composed.Resets = under.Resets || under.Kind == RecordKind.Delete;
            composed.Content = PartialContent.Overlay(dimension, under.Content.Span, over.Content.Span, complete: false);
        }

        return composed;
    }

    private static void KeepOneOfTheFinished(List<Candidate> all, long openFloor)
    {
        var best = -1;
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].File >= openFloor)
            {
                continue;
            }

            if (best < 0)
            {
                best = i;
                continue;
            }

            var loser = all[i].CompareContent(all[best]) > 0 ? best : i;
            best = loser == best ? i : best;
            all.RemoveAt(loser);
            i--;
            if (loser < best)
            {
                best--;
            }
        }
    }
}
