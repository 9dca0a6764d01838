namespace CustomerTrack.Cli.Pipeline;

/// <summary>Files to apply.</summary>
internal sealed record IngestRequest
{
    /// <summary>Full paths; the files stay where they are.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The dimension; null where one is loaded, or a file's name or folder says it.</summary>
    public string? Into { get; init; }

    public required IngestShape As { get; init; }
}
