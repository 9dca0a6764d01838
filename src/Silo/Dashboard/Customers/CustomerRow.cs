namespace CustomerTrack.Dashboard.Customers;

/// <summary>One version or gap of a customer, ready to be shown.</summary>
public sealed record CustomerRow
{
    /// <summary>The customer was deleted here; there are no values.</summary>
    public required bool IsGap { get; init; }

    /// <summary>In units of the dimension's sequence.</summary>
    public required long From { get; init; }

    /// <summary>Exclusive; null while it is open.</summary>
    public required long? To { get; init; }

    public required string FromText { get; init; }

    public required string ToText { get; init; }

    public required long Revision { get; init; }

    /// <summary>When what it says now was recorded, its end included; when it was recorded first is not kept. UTC.</summary>
    public required DateTime RecordedAt { get; init; }

    public required string File { get; init; }

    public required long FileNumber { get; init; }

    public required long Row { get; init; }

    /// <summary>The columns' values as text in the definition's order, masked where the viewer may not see them; null is null. Empty for a gap.</summary>
    public required IReadOnlyList<string?> Values { get; init; }

    /// <summary>Which of <see cref="Values"/> differ from the version before it that it touches; all of a first version are new, not changed.</summary>
    public required IReadOnlyList<bool> Changed { get; init; }

    /// <summary>A record of a later time was known when this one came.</summary>
    public required bool IsLate { get; init; }

    /// <summary>How it came about, in sentences.</summary>
    public required IReadOnlyList<string> Why { get; init; }
}
