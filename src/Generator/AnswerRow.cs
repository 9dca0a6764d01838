namespace CustomerTrack.Generator;

/// <summary>One version that the history must hold.</summary>
public sealed record AnswerRow
{
    /// <summary>The business key in canonical text.</summary>
    public required string Key { get; init; }

    /// <summary>The data columns in the definition's order.</summary>
    public required IReadOnlyList<string?> Values { get; init; }

    /// <summary>Microseconds UTC, inclusive.</summary>
    public required long ValidFrom { get; init; }

    /// <summary>Microseconds UTC, exclusive; null while the version is open.</summary>
    public long? ValidTo { get; init; }
}
