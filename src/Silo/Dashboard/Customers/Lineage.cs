using CustomerTrack.Dashboard.Parts;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Dashboard.Customers;

/// <summary>
/// Why the rows of a customer are as they are, as far as the rows themselves say. Landing files are numbered as they are claimed, so a row whose record has a
/// lower number than that of a row before it in time was known first.
/// </summary>
internal static class Lineage
{
    /// <summary>A row that starts later was known when this one's record came.</summary>
    public static bool IsLate(IReadOnlyList<Delta> rows, int index) => FirstKnownBefore(rows, index) >= 0;

    /// <summary>In sentences.</summary>
    /// <param name="contents">The real values of each row's tracked columns, to be compared only.</param>
    public static IReadOnlyList<string> Why(IReadOnlyList<Delta> rows, int index, IReadOnlyList<string?[]> contents, DimensionDefinition dimension)
    {
        var why = new List<string>();
        var row = rows[index];
        var before = index > 0 ? rows[index - 1] : null;
        var after = index + 1 < rows.Count ? rows[index + 1] : null;
        string At(long sequence) => SequenceText.Format(sequence, dimension.Sequence.Type);
        if (row.State == RowState.Deleted)
        {
            why.Add("The customer was deleted here.");
        }
        else if (before is null)
        {
            why.Add("The first version.");
        }
        else if (before.State == RowState.Deleted)
        {
            why.Add("The customer came back after it was deleted.");
        }

        if (FirstKnownBefore(rows, index) is >= 0 and var known)
        {
            why.Add($"Its record came late: what begins at {At(rows[known].ValidFrom)} was known before it.");
            var touches = before is not null && before.State == RowState.Version && before.ValidTo == row.ValidFrom && IsBefore(before, row);
            if (touches && after is not null && after.State == RowState.Version && row.ValidTo == after.ValidFrom && IsBefore(after, row) && contents[index - 1].SequenceEqual(contents[index + 1]))
            {
                why.Add($"It split the version from {At(before!.ValidFrom)} in two: a record at {At(after.ValidFrom)} that had changed nothing now begins the second part.");
            }
            else if (touches)
            {
                why.Add($"It cut short the version from {At(before!.ValidFrom)}, which had held until {(row.ValidTo is { } end ? At(end) : "now")}.");
            }
        }

        if (dimension.Sequence.Type.Kind == ColumnKind.Timestamp)
        {
            var delay = (row.RecordedAt - row.ValidFrom) / 1_000_000.0;
            why.Add(delay < 0 ? $"It was recorded {Figures.Duration(-delay)} before its own time."
                : row.ValidTo is not null ? $"It was recorded at most {Figures.Duration(delay)} after its own time: whatever ended it recorded it again."
                : $"It was recorded {Figures.Duration(delay)} after its own time.");
        }

        return why;
    }

    private static int FirstKnownBefore(IReadOnlyList<Delta> rows, int index)
    {
        for (var i = index + 1; i < rows.Count; i++)
        {
            if (IsBefore(rows[i], rows[index]))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsBefore(Delta one, Delta other) => one.File < other.File;
}
