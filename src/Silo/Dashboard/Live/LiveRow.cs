using CustomerTrack.Api;
using CustomerTrack.Audit;
using CustomerTrack.Live;
using CustomerTrack.Records;

namespace CustomerTrack.Dashboard.Live;

/// <summary>A change as it is shown.</summary>
internal sealed record LiveRow
{
    /// <summary>Its number in the feed, which no other row has.</summary>
    public required long Number { get; init; }

    /// <summary>When it was detected, UTC.</summary>
    public required DateTime At { get; init; }

    public required string Operation { get; init; }

    public required string Key { get; init; }

    /// <summary>From when to when the version holds.</summary>
    public required string Validity { get; init; }

    /// <summary>The file and row of its record.</summary>
    public required string Source { get; init; }

    public required IReadOnlyList<LiveField> Fields { get; init; }

    public static LiveRow Of(long number, Change change, bool isMasked, KeyHash keys) => new()
    {
        Number = number,
        At = SequenceText.ToDateTime(change.RecordedAt),
        Operation = ChangeJson.NameOf(change.Operation),
        Key = ChangeJson.KeyOf(change, isMasked, keys),
        Validity = $"{SequenceText.Format(change.ValidFrom, change.Dimension.Sequence.Type)} to {(change.ValidTo is { } to ? SequenceText.Format(to, change.Dimension.Sequence.Type) : "now")}",
        Source = $"{change.SourceFile ?? "a file whose name is not known"}, row {change.SourceRow}",
        Fields = [.. change.Fields.Select(field => LiveField.Of(field, isMasked && change.Dimension.Pii.Contains(field.Column.Name)))],
    };
}
