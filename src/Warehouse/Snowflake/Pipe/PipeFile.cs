namespace CustomerTrack.Snowflake;

/// <summary>One file of insertFiles.</summary>
internal sealed record PipeFile(string Path, long Size);
