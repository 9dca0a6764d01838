namespace CustomerTrack.Snowflake;

/// <summary>A file to announce.</summary>
/// <param name="Path">Its name below the stage's location; at most 1,024 bytes of UTF-8.</param>
/// <param name="Bytes">Its size.</param>
public sealed record StagedFile(string Path, long Bytes);
