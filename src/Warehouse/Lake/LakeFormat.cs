using CustomerTrack.Dimensions;

namespace CustomerTrack.Lake;

/// <summary>
/// What a lake object holds, docs/lake-format.md in code: the key columns, <c>valid_from</c>, <c>valid_to</c>, the data
/// columns in the definition's order, then <c>is_deleted</c>, <c>is_retracted</c>, <c>revision</c>, <c>recorded_at</c>,
/// <c>source_file</c>, <c>source_row</c> and <c>ct_shard</c>. One row is one delta.
/// </summary>
public static class LakeFormat
{
    /// <summary>The version of the format: raised when a reader of the version before would misread an object.</summary>
    public const int Version = 1;

    /// <summary>The Parquet metadata keys that say what an object is.</summary>
    public const string VersionKey = "customertrack.format";

    public const string DimensionKey = "customertrack.dimension";

    public const string ValidFrom = "valid_from";
    public const string ValidTo = "valid_to";
    public const string IsDeleted = "is_deleted";
    public const string IsRetracted = "is_retracted";
    public const string Revision = "revision";
    public const string RecordedAt = "recorded_at";
    public const string SourceFile = "source_file";
    public const string SourceRow = "source_row";
    public const string Shard = "ct_shard";

    /// <summary>In Snowflake, where deltas are loaded to: the object a delta came from, and when.</summary>
    public const string ObjectName = "ct_object";
    public const string LoadedAt = "ct_loaded_at";

    /// <summary>In Snowflake, in the deltas of one merge: when the merge took them from the stream, UTC.</summary>
    public const string TakenAt = "ct_taken_at";

    private static readonly string[] Reserved =
        [ValidFrom, ValidTo, IsDeleted, IsRetracted, Revision, RecordedAt, SourceFile, SourceRow, Shard, ObjectName, LoadedAt, TakenAt, "is_current"];

    /// <summary>Refuses a definition whose columns cannot stand beside each other in one file and one table.</summary>
    /// <exception cref="ArgumentException">A name is reserved or used twice; SQL does not tell upper from lower case.</exception>
    public static void Check(DimensionDefinition dimension)
    {
        var names = new HashSet<string>(Reserved, StringComparer.OrdinalIgnoreCase);
        foreach (var column in dimension.Key.Concat(dimension.Columns))
        {
            if (!names.Add(column.Name))
            {
                throw new ArgumentException(
                    $"Dimension '{dimension.Name}': the column name '{column.Name}' is used twice (upper and lower case are the same) or reserved ({string.Join(", ", Reserved)}).");
            }
        }
    }
}
