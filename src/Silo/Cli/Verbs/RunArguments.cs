namespace CustomerTrack.Cli.Verbs;

/// <summary>What the service is told.</summary>
internal sealed record RunArguments
{
    public required CommonArguments Common { get; init; }

    /// <summary>Where API and dashboard listen.</summary>
    public required Uri Url { get; init; }
}
