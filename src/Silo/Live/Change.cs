using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Live;

/// <summary>One change of one key, with what is different.</summary>
internal sealed record Change
{
    public required DimensionDefinition Dimension { get; init; }

    /// <summary>The business key, see <see cref="KeyText"/>.</summary>
    public required string Key { get; init; }

    public required ChangeOperation Operation { get; init; }

    /// <summary>In units of the dimension's sequence, as the next.</summary>
    public required long ValidFrom { get; init; }

    public required long? ValidTo { get; init; }

    public required long Revision { get; init; }

    /// <summary>When it was detected, microseconds since 1970-01-01 UTC.</summary>
    public required long RecordedAt { get; init; }

    /// <summary>The landing file of the record that started the row; null when its name could not be asked for.</summary>
    public string? SourceFile { get; init; }

    public required long SourceRow { get; init; }

    /// <summary>The columns that differ, in the definition's order.</summary>
    public required IReadOnlyList<FieldChange> Fields { get; init; }

    /// <summary>About what it takes in memory.</summary>
    public long Bytes => 300 + (2 * Key.Length) + Fields.Sum(one => 80L + (one.Old?.Length ?? 0) + (one.New?.Length ?? 0));
}
