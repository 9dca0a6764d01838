namespace CustomerTrack.Dashboard.Rejects;

/// <summary>What waits in quarantine for one reason.</summary>
public sealed record RejectedGroup
{
    public required string Reason { get; init; }

    public required long Records { get; init; }

    public required long WholeFiles { get; init; }

    public required IReadOnlyList<string> Dimensions { get; init; }

    public required int Files { get; init; }
}
