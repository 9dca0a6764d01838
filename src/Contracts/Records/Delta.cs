namespace CustomerTrack.Records;

/// <summary>
/// One changed row of the history as a complete image, keyed (key, <see cref="ValidFrom"/>). The image with the highest
/// <see cref="Revision"/> is the truth, so deltas may be merged in any order and any number of times.
/// </summary>
[GenerateSerializer, Immutable, Alias("ct.Delta")]
public sealed record Delta
{
    /// <summary>The business key, see <see cref="KeyText"/>.</summary>
    [Id(0)]
    public required string Key { get; init; }

    /// <summary>Where the row starts, inclusive, in units of the dimension's sequence.</summary>
    [Id(1)]
    public required long ValidFrom { get; init; }

    /// <summary>Where the row ends, exclusive; null while it is open.</summary>
    [Id(2)]
    public long? ValidTo { get; init; }

    [Id(3)]
    public RowState State { get; init; }

    /// <summary>Strictly rising per customer; no two deltas of a customer share one.</summary>
    [Id(4)]
    public required long Revision { get; init; }

    /// <summary>When the change was detected, microseconds since 1970-01-01 UTC.</summary>
    [Id(5)]
    public required long RecordedAt { get; init; }

    /// <summary>All columns of the row, none absent, as <see cref="ContentWriter"/> encodes them; empty unless <see cref="State"/> is <see cref="RowState.Version"/>.</summary>
    [Id(6)]
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The number of the file whose record started the row.</summary>
    [Id(7)]
    public required long File { get; init; }

    /// <summary>The row in that file, from 1.</summary>
    [Id(8)]
    public required long Row { get; init; }

    /// <summary>What happened to the row, for the live feed. Not stored.</summary>
    [Id(9)]
    public RowChange Change { get; init; }

    /// <summary>The content to compare with, where no other delta of the batch has it: see <see cref="RowChange"/>. Not stored; empty nearly always.</summary>
    [Id(10)]
    public ReadOnlyMemory<byte> Before { get; init; }
}
