using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Merge;

namespace CustomerTrack.Snowflake;

/// <summary>The statements of one dimension.</summary>
internal sealed class DimensionScript
{
    private const string Line = ",\n    ";
    private const string TakenAtType = "TIMESTAMP_NTZ(6)";

    private readonly DimensionDefinition _dimension;
    private readonly SnowflakeOptions _options;
    private readonly SnowflakeNames _names;
    private readonly Dictionary<string, string> _values;

    /// <param name="shared">What all texts may name: roles, warehouse, integration.</param>
    /// <param name="url">The dimension's part of the lake, with a slash at the end.</param>
    public DimensionScript(DimensionDefinition dimension, SnowflakeOptions options, SnowflakeNames names, IReadOnlyDictionary<string, string> shared, string url)
    {
        _dimension = dimension;
        _options = options;
        _names = names;
        var sql = new DimensionSql(dimension);
        (string Name, ColumnType Type, bool Nullable)[] history = [.. TableColumns.History(dimension)];
        string[] batch = [.. sql.History, LakeFormat.Shard, LakeFormat.ObjectName, LakeFormat.TakenAt];
        string[] key = [.. sql.Key];
        _values = new(shared)
        {
            ["dimension"] = SnowflakeColumns.Literal(dimension.Name),
            ["url"] = SnowflakeColumns.Literal(url),
            ["stage"] = names.Stage(dimension),
            ["deltas"] = names.Deltas(dimension),
            ["batch"] = names.Batch(dimension),
            ["history"] = names.History(dimension),
            ["current"] = names.Current(dimension),
            ["stream"] = names.Stream(dimension),
            ["pipe"] = names.Pipe(dimension),
            ["procedure"] = names.MergeProcedure(dimension),
            ["task"] = names.MergeTask(dimension),
            ["current_view"] = names.CurrentView(dimension),
            ["history_view"] = names.HistoryView(dimension),
            ["current_fresh_view"] = names.CurrentFreshView(dimension),
            ["history_fresh_view"] = names.HistoryFreshView(dimension),
            ["object_name"] = LakeFormat.ObjectName,
            ["loaded_at"] = LakeFormat.LoadedAt,
            ["taken_at"] = LakeFormat.TakenAt,
            ["shard"] = LakeFormat.Shard,
            ["auto_ingest"] = options.Notification == SnowflakeNotification.AutoIngest ? "TRUE" : "FALSE",
            ["deltas_definition"] = string.Join(Line, [
                .. history.Select(column => Definition(column, SnowflakeColumns.LoadedTypeName(column.Type))),
                $"{LakeFormat.Shard} NUMBER(10,0)", $"{LakeFormat.ObjectName} VARCHAR", $"{LakeFormat.LoadedAt} TIMESTAMP_LTZ(6)"]),
            ["batch_definition"] = string.Join(Line, [
                .. history.Select(column => Definition(column, SnowflakeColumns.TypeName(column.Type))),
                $"{LakeFormat.Shard} NUMBER(10,0)", $"{LakeFormat.ObjectName} VARCHAR", $"{LakeFormat.TakenAt} {TakenAtType}"]),
            ["history_definition"] = string.Join(Line, history.Select(column => Definition(column, SnowflakeColumns.TypeName(column.Type)))),
            ["current_definition"] = string.Join(Line, TableColumns.Current(dimension).Select(column => Definition(column, SnowflakeColumns.TypeName(column.Type)))),
            ["batch_columns"] = DimensionSql.List(batch),
            ["batch_values"] = DimensionSql.List([.. history.Select(column => SnowflakeColumns.LoadedValue(column.Name, column.Type)), LakeFormat.Shard, LakeFormat.ObjectName, ":taken_at"]),
            ["stream_columns"] = DimensionSql.List(history.Select(column => Named(SnowflakeColumns.LoadedValue(column.Name, column.Type), SqlName.Quote(column.Name)))),
            ["merge_history"] = sql.MergeHistory(names.History(dimension), names.Batch(dimension)),
            ["merge_current"] = sql.MergeCurrent(names.Current(dimension), names.Batch(dimension)),
            ["key"] = DimensionSql.List(key),
            ["match"] = string.Join(" AND ", key.Select(column => $"t.{column} = s.{column}")),
            ["history_columns"] = DimensionSql.List(sql.History),
            ["history_columns_of_t"] = DimensionSql.List(sql.History.Select(column => "t." + column)),
            ["history_columns_of_s"] = DimensionSql.List(sql.History.Select(column => "s." + column)),
            ["current_columns"] = DimensionSql.List(sql.Current),
            ["current_columns_of_t"] = DimensionSql.List(sql.Current.Select(column => "t." + column)),
            ["current_columns_of_s"] = DimensionSql.List(sql.Current.Select(column => "s." + column)),
            ["current_header"] = Header([LakeFormat.ValidFrom, LakeFormat.Revision]),
            ["current_values"] = Values([LakeFormat.ValidFrom, LakeFormat.Revision]),
            ["history_header"] = Header([LakeFormat.ValidFrom, LakeFormat.ValidTo, "is_current", LakeFormat.Revision, LakeFormat.RecordedAt, LakeFormat.SourceFile, LakeFormat.SourceRow]),
            ["history_values"] = Values([LakeFormat.ValidFrom, LakeFormat.ValidTo, "valid_to IS NULL AS is_current", LakeFormat.Revision, LakeFormat.RecordedAt, LakeFormat.SourceFile, LakeFormat.SourceRow]),
        };
    }

    /// <summary>Makes the dimension's objects, or fits existing ones to the definition.</summary>
    public IEnumerable<string> Apply() =>
    [
        Render("tables"),
        .. AddedColumns(),
        Render("load"),
        Render("merge"),
        .. TaggedColumns(),
        Render("views"),
        Render("task"),
        Render("grants"),
    ];

    public string TearDown() => Render("teardown-dimension");

    private static string Definition((string Name, ColumnType Type, bool Nullable) column, string type) =>
        $"{SqlName.Quote(column.Name)} {type}{(column.Nullable ? "" : " NOT NULL")}";

    private static string Named(string value, string name) => value == name ? name : $"{value} AS {name}";

    private IEnumerable<string> AddedColumns()
    {
        var columns = _dimension.Columns;
        string[] merged = [_names.Batch(_dimension), _names.History(_dimension), _names.Current(_dimension)];
        return
        [
            "-- Columns that the definition, or this program, gained since.\n" + string.Join('\n', [
                AddedColumn(_names.Batch(_dimension), LakeFormat.TakenAt, TakenAtType),
                .. columns.Select(column => AddedColumn(_names.Deltas(_dimension), column.Name, SnowflakeColumns.LoadedTypeName(column.Type))),
                .. merged.SelectMany(table => columns.Select(column => AddedColumn(table, column.Name, SnowflakeColumns.TypeName(column.Type)))),
            ]),
        ];
    }

    private static string AddedColumn(string table, string column, string type) => SqlTemplate.Render(
        "snowflake/column.sql",
        new Dictionary<string, string> { ["table"] = table, ["column"] = SqlName.Quote(column), ["type"] = type });

    private IEnumerable<string> TaggedColumns()
    {
        string[] personal = [.. _dimension.Key.Concat(_dimension.Columns).Select(column => column.Name).Where(_dimension.Pii.Contains)];
        if (!_options.Masking || personal.Length == 0)
        {
            return [];
        }

        string[] tables = [_names.Deltas(_dimension), _names.Batch(_dimension), _names.History(_dimension), _names.Current(_dimension)];
        return [string.Join('\n', tables.SelectMany(table => personal.Select(column => SqlTemplate.Render(
            "snowflake/tagged-column.sql",
            new Dictionary<string, string> { ["table"] = table, ["column"] = SqlName.Quote(column), ["pii_tag"] = _names.PiiTag }))))];
    }

    // The columns of a view: the key, the data and what the pipeline adds. A personal one has its policy from the first moment.
    private string Header(string[] last) => string.Join(Line, [
        .. _dimension.Key.Select(column => HeaderOf(column, isKey: true)),
        .. _dimension.Columns.Select(column => HeaderOf(column, isKey: false)),
        .. last]);

    private string HeaderOf(Column column, bool isKey) => _options.Masking && _dimension.Pii.Contains(column.Name)
        ? $"{SqlName.Quote(column.Name)} WITH MASKING POLICY {_names.Policy(SnowflakeMasking.PolicyName(column.Type, isKey))} WITH TAG ({_names.PiiTag} = 'true')"
        : SqlName.Quote(column.Name);

    private string Values(string[] last) => DimensionSql.List([
        .. _dimension.Key.Select(column => ValueOf(column, isKey: true)),
        .. _dimension.Columns.Select(column => ValueOf(column, isKey: false)),
        .. last]);

    private string ValueOf(Column column, bool isKey)
    {
        var value = SnowflakeColumns.ServedValue(column.Name, column.Type);
        return Named(
            !_options.Masking && _dimension.Pii.Contains(column.Name)
                ? SnowflakeMasking.Expression(value, column.Type, isKey, SnowflakeNames.InCatalog(_names.PiiReaderRole))
                : value,
            SqlName.Quote(column.Name));
    }

    private string Render(string text) => SqlTemplate.Render($"snowflake/{text}.sql", _values);
}
