using CustomerTrack.Dimensions;
using CustomerTrack.Lake;

namespace CustomerTrack.Merge;

/// <summary>The columns of the tables that deltas are merged into, the same in every warehouse.</summary>
internal static class TableColumns
{
    private static readonly ColumnType Int64 = new(ColumnKind.Int64);
    private static readonly ColumnType Text = new(ColumnKind.Text);
    private static readonly ColumnType Boolean = new(ColumnKind.Boolean);
    private static readonly ColumnType Timestamp = new(ColumnKind.Timestamp);

    /// <summary>The columns of the merged history: name, type, whether it may be null; in order.</summary>
    public static IEnumerable<(string Name, ColumnType Type, bool Nullable)> History(DimensionDefinition dimension) =>
    [
        .. dimension.Key.Select(column => (column.Name, column.Type, false)),
        (LakeFormat.ValidFrom, dimension.Sequence.Type, false),
        (LakeFormat.ValidTo, dimension.Sequence.Type, true),
        .. dimension.Columns.Select(column => (column.Name, column.Type, true)),
        (LakeFormat.IsDeleted, Boolean, false),
        (LakeFormat.IsRetracted, Boolean, false),
        (LakeFormat.Revision, Int64, false),
        (LakeFormat.RecordedAt, Timestamp, false),
        (LakeFormat.SourceFile, Text, true),
        (LakeFormat.SourceRow, Int64, false),
    ];

    /// <summary>The columns of the merged current state.</summary>
    public static IEnumerable<(string Name, ColumnType Type, bool Nullable)> Current(DimensionDefinition dimension) =>
    [
        .. dimension.Key.Select(column => (column.Name, column.Type, false)),
        (LakeFormat.ValidFrom, dimension.Sequence.Type, false),
        .. dimension.Columns.Select(column => (column.Name, column.Type, true)),
        (LakeFormat.IsDeleted, Boolean, false),
        (LakeFormat.Revision, Int64, false),
    ];
}
