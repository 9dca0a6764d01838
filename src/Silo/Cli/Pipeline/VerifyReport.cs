namespace CustomerTrack.Cli.Pipeline;

/// <summary>What a check found.</summary>
internal sealed record VerifyReport
{
    public required bool Agrees { get; init; }

    /// <summary>Customers compared.</summary>
    public required long Customers { get; init; }

    /// <summary>History rows compared.</summary>
    public required long Versions { get; init; }

    public required double Seconds { get; init; }

    /// <summary>The first differences, each naming dimension and key; empty when everything agrees.</summary>
    public required IReadOnlyList<string> Differences { get; init; }
}
