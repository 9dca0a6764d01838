namespace CustomerTrack.Cli.Verbs;

/// <summary>What the demo is told; <see cref="CommonArguments.Settings"/> has the generator's options.</summary>
internal sealed record DemoArguments
{
    public required CommonArguments Common { get; init; }

    public required Uri Url { get; init; }

    /// <summary>Stops by itself after this time; null runs until Ctrl-C.</summary>
    public required TimeSpan? Duration { get; init; }
}
