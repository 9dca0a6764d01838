namespace CustomerTrack.Snowflake;

/// <summary>What the rows of an answer are.</summary>
internal sealed record SqlApiMetadata
{
    public long NumRows { get; init; }

    public string? Format { get; init; }

    public IReadOnlyList<SqlApiColumn>? RowType { get; init; }

    public IReadOnlyList<SqlApiPartition>? PartitionInfo { get; init; }
}
