namespace CustomerTrack.Snowflake;

/// <summary>One answer of insertReport.</summary>
public sealed record LoadReport
{
    /// <summary>Where the next report should begin.</summary>
    public required string? NextBeginMark { get; init; }

    /// <summary>False when there is more than one answer could hold.</summary>
    public required bool IsComplete { get; init; }

    public required IReadOnlyList<FileLoad> Files { get; init; }
}
