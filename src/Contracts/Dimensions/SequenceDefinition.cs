namespace CustomerTrack.Dimensions;

/// <summary>
/// How the records of a key are ordered. Whatever the type, a sequence is an <see cref="long"/> everywhere after ingest:
/// the number itself, a decimal scaled by 10^scale, or microseconds since 1970-01-01 UTC.
/// </summary>
public sealed record SequenceDefinition
{
    /// <summary>Where the sequence comes from.</summary>
    public required SequenceSource Source { get; init; }

    /// <summary>int64, timestamp, or decimal of at most 18 digits (so that it fits 64 bits exactly).</summary>
    public required ColumnType Type { get; init; }

    /// <summary>The column, when <see cref="Source"/> is <see cref="SequenceSource.Column"/>.</summary>
    public string? Column { get; init; }

    /// <summary>The pattern of the file's name, when <see cref="Source"/> is <see cref="SequenceSource.FileName"/>: <c>customer_(yyyyMMddHHmmss)</c>.</summary>
    public string? FileNamePattern { get; init; }
}
