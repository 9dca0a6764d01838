namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What became of a file.</summary>
/// <param name="Error">Why it failed; null when it was loaded.</param>
internal sealed record LoadOutcome(long Rows, string? Error);
