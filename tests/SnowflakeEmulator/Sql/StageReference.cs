namespace CustomerTrack.SnowflakeEmulator;

/// <summary><c>@db.schema.stage/path</c>; the path has no leading slash.</summary>
internal sealed record StageReference(ObjectName Name, string Path);
