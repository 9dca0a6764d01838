namespace CustomerTrack.Snowflake;

/// <summary>A part of an answer that is fetched by itself.</summary>
internal sealed record SqlApiPartition(long RowCount);
