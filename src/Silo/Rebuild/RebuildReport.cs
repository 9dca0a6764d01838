using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Rebuild;

/// <summary>What a rebuild did.</summary>
internal sealed record RebuildReport
{
    public required IReadOnlyList<DimensionCounts> Dimensions { get; init; }

    /// <summary>What people should know: sources that could not be read, a lake that was taken over.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>States, lake and tables held against each other afterwards.</summary>
    public required VerifyReport Verified { get; init; }

    public required double Seconds { get; init; }
}
