using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>A <see cref="ShardResult"/> as it travels.</summary>
[GenerateSerializer, Immutable, Alias("ct.ShardResultWire")]
internal readonly record struct ShardResultWire
{
    /// <summary>The deltas of a result from before they were packed; null since.</summary>
    [Id(0)]
    public IReadOnlyList<Delta>? Deltas { get; init; }

    [Id(1)]
    public IReadOnlyList<FileCounts> Counts { get; init; }

    [Id(2)]
    public IReadOnlyList<int> TooLate { get; init; }

    /// <summary>See <see cref="DeltaPacking"/>.</summary>
    [Id(3)]
    public byte[]? Packed { get; init; }

    /// <summary>What the deltas did to their rows, see <see cref="RowChangePacking"/>; null from before that was told.</summary>
    [Id(4)]
    public byte[]? Changes { get; init; }
}
