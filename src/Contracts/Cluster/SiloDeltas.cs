using CustomerTrack.Records;

namespace CustomerTrack.Cluster;

/// <summary>What a silo detected in one dimension, batch by batch, for those who show changes as they happen.</summary>
[GenerateSerializer, Immutable, Alias("ct.SiloDeltas")]
public sealed record SiloDeltas
{
    /// <summary>The number of the last batch that is given, or that came before all that will be: ask with it for what follows.</summary>
    [Id(0)]
    public required long Last { get; init; }

    /// <summary>Batches that were asked for and are not kept any more.</summary>
    [Id(1)]
    public required long Forgotten { get; init; }

    /// <summary>In the order in which they were detected.</summary>
    [Id(2)]
    public required Delta[][] Batches { get; init; }
}
