namespace CustomerTrack.SnowflakeEmulator;

/// <summary>An append-only stream. Its position is kept with the data, because it moves with transactions.</summary>
internal sealed class StreamObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.Stream, name, id, owner, created)
{
    /// <summary>The table as it was when the stream was made: a replaced table has another id, and the stream is stale.</summary>
    public required long TableId { get; init; }

    public required ObjectName TableName { get; init; }
}
