namespace CustomerTrack.Snowflake;

/// <summary>The body of insertFiles.</summary>
internal sealed record PipeFiles(IReadOnlyList<PipeFile> Files);
