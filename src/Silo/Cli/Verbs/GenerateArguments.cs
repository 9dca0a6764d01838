namespace CustomerTrack.Cli.Verbs;

/// <summary>What the generator is told; <see cref="CommonArguments.Settings"/> has its options.</summary>
internal sealed record GenerateArguments
{
    public required CommonArguments Common { get; init; }

    /// <summary>Where files go; null is the data folder's landing.</summary>
    public required string? To { get; init; }

    /// <summary>The dimension to feed; null where one is loaded.</summary>
    public required string? Dimension { get; init; }
}
