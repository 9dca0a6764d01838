using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>What one record (or, for partial records, the records of one file at one sequence) says about a moment.</summary>
internal struct Candidate
{
    public RecordKind Kind;

    /// <summary>A delete came before this upsert at the same sequence: nothing is inherited from earlier moments.</summary>
    public bool Resets;

    public long Ordinal;
    public long File;
    public long Row;
    public ReadOnlyMemory<byte> Content;

    public readonly bool SaysTheSameAs(in Candidate other) =>
        Kind == other.Kind && Resets == other.Resets && Content.Span.SequenceEqual(other.Content.Span);

    /// <summary>
    /// The order that decides where no ordinal does: a delete beats an upsert, then the greater canonical content wins.
    /// It depends on what is said, never on who came first.
    /// </summary>
    public readonly int CompareContent(in Candidate other)
    {
        if (Kind != other.Kind)
        {
            return Kind == RecordKind.Delete ? 1 : -1;
        }

        var order = Content.Span.SequenceCompareTo(other.Content.Span);
        return order != 0 ? order : Resets.CompareTo(other.Resets);
    }

    public static Candidate Of(in Record record) => new()
    {
        Kind = record.Kind,
        Ordinal = record.Ordinal,
        File = record.File,
        Row = record.Row,
        Content = record.Content,
    };
}
