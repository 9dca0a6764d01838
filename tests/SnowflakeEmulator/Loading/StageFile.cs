namespace CustomerTrack.SnowflakeEmulator;

/// <summary>An object below a stage's location.</summary>
/// <param name="Path">Relative to the stage's location.</param>
internal sealed record StageFile(string Path, long Size, DateTimeOffset Modified, string ETag);
