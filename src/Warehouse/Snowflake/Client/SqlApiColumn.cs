namespace CustomerTrack.Snowflake;

/// <summary>A column of an answer.</summary>
internal sealed record SqlApiColumn(string Name, string Type);
