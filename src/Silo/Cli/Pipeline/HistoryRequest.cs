namespace CustomerTrack.Cli.Pipeline;

/// <summary>Whose history.</summary>
internal sealed record HistoryRequest
{
    /// <summary>The business key in canonical text.</summary>
    public required string Key { get; init; }

    /// <summary>The dimension; null where only one is loaded.</summary>
    public string? Dimension { get; init; }

    /// <summary>Only the version valid at this sequence, as text.</summary>
    public string? AsOf { get; init; }
}
