namespace CustomerTrack.Merge;

/// <summary>
/// When deltas are merged. A merge costs about as much as the table is large, so batches grow with the table, and merging
/// never takes more than a fixed share of the time however small the batches are.
/// </summary>
internal static class MergeSchedule
{
    // A tenth of the table: then a merge writes about as much as it reads.
    private const int TableShare = 10;

    // Reads slow down with the deltas that wait, however large the table.
    private const long MostRows = 500_000;

    // A merge is followed by at least so many times its own duration of rest.
    private const int Rest = 10;

    /// <summary>How many waiting rows are worth a merge of a table of <paramref name="tableRows"/>.</summary>
    public static long Threshold(long mergeAfterRows, long tableRows) => Math.Max(mergeAfterRows, Math.Min(tableRows / TableShare, MostRows));

    /// <summary>How long to wait from now until a merge is due; zero when it is. Null: nothing waits.</summary>
    public static TimeSpan? DueIn(DuckDbWarehouseOptions options, MergeBacklog backlog)
    {
        if (backlog.Rows == 0)
        {
            return null;
        }

        if (backlog.Rows >= Threshold(options.MergeAfterRows, backlog.TableRows))
        {
            return TimeSpan.Zero;
        }

        var byAge = options.MergeAfterAge - backlog.Age;
        var byRest = (Rest * backlog.LastDuration) - backlog.SinceLastMerge;
        var due = byAge > byRest ? byAge : byRest;
        return due > TimeSpan.Zero ? due : TimeSpan.Zero;
    }
}
