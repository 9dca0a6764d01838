namespace CustomerTrack.Ingest;

/// <summary>One record that waits in quarantine, as it is stored. Holds customers' values: to be masked for whoever may not see them.</summary>
public sealed record QuarantineExample
{
    public required string Dimension { get; init; }

    public required string File { get; init; }

    public required long Row { get; init; }

    public required string Reason { get; init; }

    /// <summary>The column at fault, where it is one.</summary>
    public required string? Column { get; init; }

    /// <summary>What was found and what was expected.</summary>
    public required string Message { get; init; }

    /// <summary>The record: a JSON object where it could be split into columns, otherwise a JSON string with its raw text; null for a whole file.</summary>
    public required string? RecordJson { get; init; }
}
