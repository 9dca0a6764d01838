namespace CustomerTrack.Records;

/// <summary>
/// One accepted record, parsed, typed and canonicalised once, at ingest. Two records say the same exactly when kind and
/// <see cref="Content"/> are equal byte for byte.
/// </summary>
[GenerateSerializer, Immutable, Alias("ct.Record")]
public readonly record struct Record
{
    /// <summary>The business key in canonical text, see <see cref="KeyText"/>.</summary>
    [Id(0)]
    public required string Key { get; init; }

    /// <summary>The order among the key's records, in the units of the dimension's sequence.</summary>
    [Id(1)]
    public required long Sequence { get; init; }

    /// <summary>The order among equal sequences where the dimension has an ordinal column; <see cref="NoOrdinal"/> otherwise.</summary>
    [Id(2)]
    public long Ordinal { get; init; }

    [Id(3)]
    public RecordKind Kind { get; init; }

    /// <summary>The columns, encoded by <see cref="ContentWriter"/>. Empty for a delete.</summary>
    [Id(4)]
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The number of the file it came in: microseconds UTC at the claim, unique and rising in a data folder.</summary>
    [Id(5)]
    public required long File { get; init; }

    /// <summary>The row in that file, from 1; the header does not count.</summary>
    [Id(6)]
    public required long Row { get; init; }

    /// <summary>Of a record without an ordinal: the lowest possible value.</summary>
    public const long NoOrdinal = long.MinValue;
}
