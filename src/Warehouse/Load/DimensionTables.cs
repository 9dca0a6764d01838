using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Merge;

namespace CustomerTrack.Load;

/// <summary>One dimension in the warehouse: its names, its SQL, and what the writer knows about it.</summary>
internal sealed class DimensionTables
{
    private readonly DimensionSql _sql;
    private readonly Dictionary<string, string> _values;

    public DimensionTables(DimensionDefinition dimension)
    {
        Definition = dimension;
        _sql = new(dimension);
        History = "ct." + SqlName.Quote(dimension.Name + "_history");
        Current = "ct." + SqlName.Quote(dimension.Name + "_current");
        Deltas = "ct." + SqlName.Quote(dimension.Name + "_deltas");
        Rows = "ct." + SqlName.Quote(dimension.Name + "_rows");
        HistoryView = "main." + SqlName.Quote(dimension.Name + "_history");
        CurrentView = "main." + SqlName.Quote(dimension.Name);
        Key = DimensionSql.List(_sql.Key);
        _values = new()
        {
            ["history"] = History,
            ["current"] = Current,
            ["deltas"] = Deltas,
            ["rows"] = Rows,
            ["now"] = "ct." + SqlName.Quote(dimension.Name + "_now"),
            ["history_view"] = HistoryView,
            ["current_view"] = CurrentView,
            ["key"] = Key,
            ["key_row"] = _sql.Key.Count == 1 ? Key : $"({Key})",
            ["data_"] = string.Concat(_sql.Data.Select(column => column + ", ")),
            ["columns"] = DimensionSql.List(_sql.History),
            ["current_columns"] = DimensionSql.List(_sql.Current),
            ["history_definition"] = DuckDbColumns.Definition(TableColumns.History(dimension)),
            ["current_definition"] = DuckDbColumns.Definition(TableColumns.Current(dimension)),
            ["lake_nulls"] = DimensionSql.List(TableColumns.History(dimension).Select(column => DuckDbColumns.LakeNull(column.Name, column.Type))),
            ["lake_values"] = DimensionSql.List(TableColumns.History(dimension).Select(column => DuckDbColumns.LakeValue(column.Name, column.Type))),
        };
        CreateTables = SqlTemplate.Render("duckdb/tables.sql", _values);
        CreateViews = SqlTemplate.Render("duckdb/views.sql", _values);
        ReadMerged = SqlTemplate.Render("duckdb/rows-merged.sql", _values);
        ReadOverlaid = SqlTemplate.Render("duckdb/rows-overlaid.sql", _values);
        Merge = $"{_sql.MergeHistory(History, Deltas)}\n{_sql.MergeCurrent(Current, Deltas)}";
    }

    public DimensionDefinition Definition { get; }

    /// <summary>Table names, as SQL needs them.</summary>
    public string History { get; }

    public string Current { get; }

    public string Deltas { get; }

    /// <summary>The internal view of all rows, merged or not, tombstones among them.</summary>
    public string Rows { get; }

    public string HistoryView { get; }

    public string CurrentView { get; }

    /// <summary>The key columns, comma separated.</summary>
    public string Key { get; }

    public string CreateTables { get; }

    public string CreateViews { get; }

    /// <summary>Points the views at the merged tables alone.</summary>
    public string ReadMerged { get; }

    /// <summary>Points the views at the tables and the deltas that wait.</summary>
    public string ReadOverlaid { get; }

    public string Merge { get; }

    /// <summary>Deltas that wait to be merged.</summary>
    public long WaitingRows { get; set; }

    /// <summary>When the oldest of them was loaded, a timestamp of the time provider.</summary>
    public long WaitingSince { get; set; }

    public long MergedAt { get; set; }

    public TimeSpan MergeDuration { get; set; }

    /// <summary>About how many rows the physical history has.</summary>
    public long HistoryRows { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>> Checks => _sql.Checks(History, Current, HistoryView, CurrentView);

    /// <summary>Rows of Parquet files, in the columns of the tables.</summary>
    public string SelectFiles(IEnumerable<string> paths) =>
        $"SELECT {Aliased()} FROM ({LakeRows(paths)})";

    /// <summary>A number that two rows of one key and start share when they are equal in everything but the lineage: comparing it takes a fraction of the memory.</summary>
    public string Fingerprint(bool withRevision)
    {
        string[] columns = [LakeFormat.ValidTo, LakeFormat.IsDeleted, LakeFormat.IsRetracted, .. _sql.Data, .. withRevision ? [LakeFormat.Revision] : Array.Empty<string>()];
        return $"hash({DimensionSql.List(columns)})";
    }

    /// <summary>Appends Parquet files to the deltas.</summary>
    public string LoadFiles(IEnumerable<string> paths) =>
        SqlTemplate.Render("duckdb/load.sql", new Dictionary<string, string>(_values) { ["lake_rows"] = LakeRows(paths) });

    private string Aliased() => DimensionSql.List(TableColumns.History(Definition)
        .Select(column => $"{DuckDbColumns.LakeValue(column.Name, column.Type)} AS {SqlName.Quote(column.Name)}"));

    private string LakeRows(IEnumerable<string> paths) =>
        SqlTemplate.Render("duckdb/lake-rows.sql", new Dictionary<string, string>(_values) { ["files"] = DimensionSql.List(paths.Select(SqlName.Literal)) });
}
