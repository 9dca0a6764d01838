using CustomerTrack.Dimensions;
using CustomerTrack.Merge;

namespace CustomerTrack.Snowflake;

/// <summary>
/// What things are called in Snowflake. A dimension's own name is quoted only where a bare one would be misread, so that
/// <c>SELECT * FROM customer</c> works in a worksheet.
/// </summary>
public sealed class SnowflakeNames(SnowflakeOptions options)
{
    /// <summary>Makes the objects and owns them; the merge runs in its name.</summary>
    public string OwnerRole { get; } = options.RolePrefix + "_OWNER";

    /// <summary>What the running pipeline uses: announces files, reads progress, nothing else.</summary>
    public string DeliverRole { get; } = options.RolePrefix + "_DELIVER";

    /// <summary>Reads the views, personal columns masked.</summary>
    public string ReaderRole { get; } = options.RolePrefix + "_READER";

    /// <summary>Reads the views with personal columns.</summary>
    public string PiiReaderRole { get; } = options.RolePrefix + "_PII_READER";

    public string Database { get; } = options.Database;

    public string ServedSchema { get; } = $"{options.Database}.{options.Schema}";

    public string InternalSchema { get; } = $"{options.Database}.{options.InternalSchema}";

    /// <summary>How objects of the lake are read.</summary>
    public string FileFormat { get; } = $"{options.Database}.{options.InternalSchema}.lake_parquet";

    /// <summary>On every personal column.</summary>
    public string PiiTag { get; } = $"{options.Database}.{options.InternalSchema}.pii";

    /// <summary>The views people read: &lt;dimension&gt; and &lt;dimension&gt;_history.</summary>
    public string CurrentView(DimensionDefinition dimension) => Served(dimension.Name);

    public string HistoryView(DimensionDefinition dimension) => Served(dimension.Name + "_history");

    /// <summary>The same with the deltas that are loaded and not merged yet.</summary>
    public string CurrentFreshView(DimensionDefinition dimension) => Served(dimension.Name + "_fresh");

    public string HistoryFreshView(DimensionDefinition dimension) => Served(dimension.Name + "_history_fresh");

    /// <summary>Where Snowpipe loads to.</summary>
    public string Deltas(DimensionDefinition dimension) => Internal(dimension.Name + "_deltas");

    /// <summary>The deltas of one merge.</summary>
    public string Batch(DimensionDefinition dimension) => Internal(dimension.Name + "_batch");

    /// <summary>The merged history, tombstones among it.</summary>
    public string History(DimensionDefinition dimension) => Internal(dimension.Name + "_history");

    /// <summary>The merged current state, tombstones among it.</summary>
    public string Current(DimensionDefinition dimension) => Internal(dimension.Name + "_current");

    public string Stage(DimensionDefinition dimension) => Internal(dimension.Name + "_stage");

    public string Pipe(DimensionDefinition dimension) => Internal(dimension.Name + "_pipe");

    public string Stream(DimensionDefinition dimension) => Internal(dimension.Name + "_stream");

    public string MergeProcedure(DimensionDefinition dimension) => Internal(dimension.Name + "_merge");

    public string MergeTask(DimensionDefinition dimension) => Internal(dimension.Name + "_merge_task");

    /// <summary>The objects whose deltas were merged and how many rows of each, written by the merge: object_name, dimension, row_count, merged_at (when the merge took the rows from the stream).</summary>
    public string Loads { get; } = $"{options.Database}.{options.InternalSchema}.loads";

    /// <summary>How far each shard is, written by the merge: dimension, shard, recorded_at (the highest merged into both tables), row_count, merged_at (when the merge took the rows from the stream).</summary>
    public string Watermarks { get; } = $"{options.Database}.{options.InternalSchema}.watermarks";

    /// <summary>A masking policy by its own name.</summary>
    public string Policy(string name) => Internal(name);

    /// <summary>A name as the catalog spells it, for interfaces that take no SQL: bare names are upper case there.</summary>
    public static string InCatalog(string qualified)
    {
        var text = new System.Text.StringBuilder(qualified.Length);
        var quoted = false;
        foreach (var letter in qualified)
        {
            if (letter == '"')
            {
                quoted = !quoted;
            }

            text.Append(quoted ? letter : char.ToUpperInvariant(letter));
        }

        return text.ToString();
    }

    private string Served(string name) => $"{options.Database}.{options.Schema}.{SqlName.Quote(name)}";

    private string Internal(string name) => $"{options.Database}.{options.InternalSchema}.{SqlName.Quote(name)}";
}
