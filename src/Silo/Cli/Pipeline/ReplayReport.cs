namespace CustomerTrack.Cli.Pipeline;

/// <summary>What became of quarantined records that were tried again.</summary>
internal sealed record ReplayReport
{
    public required long Records { get; init; }

    public required long Accepted { get; init; }

    /// <summary>Back in quarantine, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Quarantined { get; init; }
}
