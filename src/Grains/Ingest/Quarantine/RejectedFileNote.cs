namespace CustomerTrack.Ingest;

/// <summary>Stands beside a file that could not be read at all.</summary>
internal sealed record RejectedFileNote
{
    public required string Dimension { get; init; }

    public required string File { get; init; }

    public required long Number { get; init; }

    public required string Reason { get; init; }

    public required string Message { get; init; }

    public required DateTimeOffset RejectedAt { get; init; }
}
