namespace CustomerTrack.Telemetry;

/// <summary>A span as it came in.</summary>
internal sealed record ReceivedSpan
{
    /// <summary>The attributes of the process that sent it.</summary>
    public required IReadOnlyDictionary<string, string> Resource { get; init; }

    public required string Source { get; init; }

    public required string Name { get; init; }

    public required int Kind { get; init; }

    public required string Trace { get; init; }

    public required string Id { get; init; }

    /// <summary>Empty for the first of its trace.</summary>
    public required string Parent { get; init; }

    /// <summary>Nanoseconds since 1970-01-01.</summary>
    public required long Start { get; init; }

    public required long End { get; init; }

    /// <summary>The ids of the spans it is linked to.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    public long Duration => End - Start;

    public override string ToString() => $"{Name} [{Id} of {Parent}, {Start} +{Duration}]";
}
