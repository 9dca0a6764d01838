using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Dashboard.Customers;

/// <summary>Everything a page shows of one customer.</summary>
internal sealed record CustomerHistoryView
{
    public required DimensionDefinition Dimension { get; init; }

    public required string Key { get; init; }

    /// <summary>Versions and gaps, oldest first.</summary>
    public required IReadOnlyList<CustomerRow> Rows { get; init; }

    /// <summary>Where the drawing begins and ends, in units of the sequence.</summary>
    public required long Start { get; init; }

    public required long End { get; init; }

    /// <summary>What holds at a sequence; null before the first version.</summary>
    public CustomerRow? At(long sequence) => Rows.LastOrDefault(row => row.From <= sequence && (row.To is null || sequence < row.To));

    public string Text(long sequence) => SequenceText.Format(sequence, Dimension.Sequence.Type);
}
