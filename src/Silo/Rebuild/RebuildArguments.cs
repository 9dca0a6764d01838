using CustomerTrack.Cli;
using CustomerTrack.Detect;

namespace CustomerTrack.Rebuild;

/// <summary>What <c>rebuild</c> was told.</summary>
internal sealed record RebuildArguments
{
    public required CommonArguments Common { get; init; }

    public required RebuildSource From { get; init; }

    /// <summary>The lake may be taken over from a place with another name.</summary>
    public required bool TakeOver { get; init; }
}
