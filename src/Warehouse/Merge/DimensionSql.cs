using CustomerTrack.Dimensions;
using CustomerTrack.Lake;

namespace CustomerTrack.Merge;

/// <summary>The column lists of a dimension, as the SQL texts need them.</summary>
public sealed class DimensionSql
{
    private static readonly string[] Flags = [LakeFormat.IsDeleted, LakeFormat.IsRetracted];
    private static readonly string[] Lineage = [LakeFormat.RecordedAt, LakeFormat.SourceFile, LakeFormat.SourceRow];

    /// <exception cref="ArgumentException">Two columns would have one name.</exception>
    public DimensionSql(DimensionDefinition dimension)
    {
        LakeFormat.Check(dimension);
        Definition = dimension;
        Key = [.. dimension.Key.Select(column => SqlName.Quote(column.Name))];
        Data = [.. dimension.Columns.Select(column => SqlName.Quote(column.Name))];
        History = [.. Key, LakeFormat.ValidFrom, LakeFormat.ValidTo, .. Data, .. Flags, LakeFormat.Revision, .. Lineage];
        Current = [.. Key, LakeFormat.ValidFrom, .. Data, LakeFormat.IsDeleted, LakeFormat.Revision];
    }

    public DimensionDefinition Definition { get; }

    /// <summary>The key columns, quoted where needed; so are all the lists.</summary>
    public IReadOnlyList<string> Key { get; }

    public IReadOnlyList<string> Data { get; }

    /// <summary>The columns of the physical history and of the deltas.</summary>
    public IReadOnlyList<string> History { get; }

    /// <summary>The columns of the physical current state.</summary>
    public IReadOnlyList<string> Current { get; }

    /// <summary>The two statements that merge <paramref name="deltas"/> into the history. Tables are names as SQL needs them.</summary>
    public string MergeHistory(string history, string deltas) =>
        SqlTemplate.Render("merge/scd2.sql", MergeValues(History, "history", history, deltas));

    /// <summary>The two statements that merge <paramref name="deltas"/> into the current state.</summary>
    public string MergeCurrent(string current, string deltas) =>
        SqlTemplate.Render("merge/scd1.sql", MergeValues(Current, "current", current, deltas));

    /// <summary>The invariants, by name: queries that return the keys which break one.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Checks(string history, string current, string historyView, string currentView)
    {
        var tracked = Definition.SlotOrder.Take(Definition.TrackedCount).Select(column => $"a.{Data[column]} IS NOT DISTINCT FROM b.{Data[column]}").ToList();
        Dictionary<string, string> values = new()
        {
            ["key"] = List(Key),
            ["key_of_a"] = List(Key.Select(column => $"a.{column}")),
            ["history"] = history,
            ["current"] = current,
            ["history_view"] = historyView,
            ["current_view"] = currentView,
            ["neighbour_match"] = Match("a", "b"),
            ["tracked_equal"] = tracked.Count == 0 ? "TRUE" : string.Join(" AND ", tracked),
            ["state"] = List([.. Key, .. Data, LakeFormat.ValidFrom, LakeFormat.Revision]),
        };
        string[] checks = ["overlap", "zero_width", "many_open", "equal_neighbours", "current_differs", "repeated_row", "repeated_current"];
        return [.. checks.Select(check => KeyValuePair.Create(check, SqlTemplate.Render($"merge/checks/{check}.sql", values)))];
    }

    internal static string List(IEnumerable<string> columns) => string.Join(", ", columns);

    private Dictionary<string, string> MergeValues(IReadOnlyList<string> columns, string target, string table, string deltas) => new()
    {
        [target] = table,
        ["deltas"] = deltas,
        ["columns"] = List(columns),
        ["key"] = List(Key),
        ["match"] = Match("t", "s"),
    };

    private string Match(string left, string right) => string.Join(" AND ", Key.Select(column => $"{left}.{column} = {right}.{column}"));
}
