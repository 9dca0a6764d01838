namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A file that a pipe was told about, and what became of it.</summary>
internal sealed class LoadRecord
{
    public required long Id { get; init; }

    /// <summary>The pipe's id: a pipe that was made anew does not know what the old one loaded.</summary>
    public required long PipeId { get; init; }

    public required string Path { get; init; }

    public required string StageLocation { get; init; }

    public long Size { get; init; }

    public required DateTimeOffset Received { get; init; }

    public DateTimeOffset NotBefore { get; init; }

    public DateTimeOffset? Loaded { get; set; }

    /// <summary>QUEUED, LOAD_IN_PROGRESS, LOADED or LOAD_FAILED.</summary>
    public string Status { get; set; } = "QUEUED";

    public long Rows { get; set; }

    public string? Error { get; set; }

    /// <summary>The second load of a file that was loaded: it fills the table and leaves no trace in the memory.</summary>
    public bool Again { get; init; }
}
