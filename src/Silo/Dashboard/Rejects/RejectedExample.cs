namespace CustomerTrack.Dashboard.Rejects;

/// <summary>One record of the quarantine as a viewer may see it.</summary>
public sealed record RejectedExample
{
    public required string File { get; init; }

    public required long Row { get; init; }

    public required string? Column { get; init; }

    public required string Message { get; init; }

    /// <summary>The record's columns; one without a name where it could not be split into columns.</summary>
    public required IReadOnlyList<(string Name, string Value)> Values { get; init; }
}
