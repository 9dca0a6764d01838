using CustomerTrack.Dimensions;

namespace CustomerTrack.Naive;

/// <summary>
/// The second implementation: takes the whole set, sorts it, folds it once. Slow, without state, and written without a
/// look at the incremental one, so that the two are wrong in different ways.
/// </summary>
public static class NaiveHistory
{
    public static List<NaiveRow> Of(DimensionDefinition dimension, IEnumerable<Said> records)
    {
        var states = new List<(long Sequence, string?[]? Values)>();
        string?[]? state = null;
        foreach (var moment in records.DistinctBy(r => (r.File, r.Row)).GroupBy(r => r.Sequence).OrderBy(g => g.Key))
        {
            foreach (var record in dimension.OrdinalColumn is null ? SurvivingFile(dimension, moment) : ByOrdinal(dimension, moment))
            {
                state = record.IsDelete ? null : Apply(dimension, state, record.Values);
            }

            states.Add((moment.Key, state));
        }

        return Rows(dimension, states);
    }

    private static List<NaiveRow> Rows(DimensionDefinition dimension, List<(long Sequence, string?[]? Values)> states)
    {
        var rows = new List<NaiveRow>();
        foreach (var (sequence, values) in states)
        {
            var last = rows.Count > 0 ? rows[^1] : null;
            if (last is not null && SameRun(dimension, last.Values, values))
            {
                // A run shows its newest values of the columns that open no versions.
                rows[^1] = last with { Values = values };
                continue;
            }

            if (last is not null)
            {
                rows[^1] = last with { To = sequence };
            }

            rows.Add(new NaiveRow(sequence, null, values));
        }

        var newest = rows.LastOrDefault(r => r.Values is not null)?.Values;
        return [.. rows.Select(r => r.Values is null ? r : r with
        {
            Values = [.. r.Values.Select((v, i) => dimension.Columns[i].History == HistoryMode.Overwrite ? newest![i] : v)],
        })];
    }

    private static bool SameRun(DimensionDefinition dimension, string?[]? left, string?[]? right) =>
        left is null || right is null
            ? left is null && right is null
            : !dimension.Columns.Where((c, i) => c.History == HistoryMode.Track && left[i] != right[i]).Any();

    private static string?[] Apply(DimensionDefinition dimension, string?[]? before, string?[] values) =>
        [.. values.Select((v, i) => States(dimension, v) ? v : dimension.KeepMissing ? before?[i] : null)];

    private static bool States(DimensionDefinition dimension, string? value) => value != Said.Absent && !(value is null && dimension.KeepNull);

    // One survivor per ordinal, then all of them in order: the later ones cover the earlier ones.
    private static IEnumerable<Said> ByOrdinal(DimensionDefinition dimension, IEnumerable<Said> moment) =>
        moment.GroupBy(r => r.Ordinal).OrderBy(g => g.Key).Select(g => g.Aggregate((a, b) => Beats(dimension, b, a) ? b : a));

    // Inside a file the rows are in order; between files what the file says in the end decides by content.
    private static List<Said> SurvivingFile(DimensionDefinition dimension, IEnumerable<Said> moment) => moment
        .GroupBy(r => r.File)
        .Select(g => g.OrderBy(r => r.Row).ToList())
        .Aggregate((a, b) => Beats(dimension, Says(dimension, b), Says(dimension, a)) ? b : a);

    // What all rows of one file together say about the moment.
    private static (Said Last, bool Resets) Says(DimensionDefinition dimension, List<Said> rows)
    {
        var last = rows[^1];
        if (last.IsDelete || !dimension.KeepMissing)
        {
            return (last, false);
        }

        var deleted = rows.FindLastIndex(r => r.IsDelete);
        var values = new string?[last.Values.Length];
        Array.Fill(values, Said.Absent);
        foreach (var row in rows.Skip(deleted + 1))
        {
            values = [.. row.Values.Select((v, i) => States(dimension, v) ? v : values[i])];
        }

        return (last with { Values = values }, deleted >= 0);
    }

    private static bool Beats(DimensionDefinition dimension, Said left, Said right) => Beats(dimension, (left, false), (right, false));

    private static bool Beats(DimensionDefinition dimension, (Said Said, bool Resets) left, (Said Said, bool Resets) right)
    {
        if (left.Said.IsDelete != right.Said.IsDelete)
        {
            return left.Said.IsDelete;
        }

        // "By canonical content" is the one thing both implementations share: the record's encoding.
        var order = left.Said.IsDelete ? 0 : SaidEncoding.Content(dimension, left.Said).AsSpan().SequenceCompareTo(SaidEncoding.Content(dimension, right.Said));
        return order != 0 ? order > 0 : left.Resets && !right.Resets;
    }
}
