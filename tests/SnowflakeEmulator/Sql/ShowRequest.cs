namespace CustomerTrack.SnowflakeEmulator;

/// <summary><c>SHOW … [LIKE …] [IN …]</c>; <c>SHOW GRANTS</c> has a subject of its own.</summary>
internal sealed record ShowRequest(string What, ObjectKind? Kind, string? Like, ObjectKind? InKind, ObjectName? In, string? StartsWith, long? Limit);
