namespace CustomerTrack.Ingest;

/// <summary>A record that was not accepted.</summary>
public sealed record RejectedRecord
{
    /// <summary>The line the record starts on, from 1, the header included.</summary>
    public required long Line { get; init; }

    /// <summary>The row, from 1, the header not counted.</summary>
    public required long Row { get; init; }

    /// <summary>A short code: <c>null_key</c>, <c>bad_value</c>, <c>future_sequence</c>, ….</summary>
    public required string Reason { get; init; }

    /// <summary>The column at fault, where it is one.</summary>
    public string? Column { get; init; }

    /// <summary>What was found and what was expected, for a person.</summary>
    public required string Message { get; init; }

    /// <summary>The record: a JSON object where it could be split into columns, otherwise a JSON string with its raw text.</summary>
    public required string RecordJson { get; init; }
}
