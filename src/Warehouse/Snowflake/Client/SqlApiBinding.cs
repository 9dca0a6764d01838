namespace CustomerTrack.Snowflake;

/// <summary>The value of one <c>?</c>.</summary>
internal sealed record SqlApiBinding(string Type, string Value);
