using CustomerTrack.Records;

namespace CustomerTrack.Generator;

/// <summary>One row of a feed in memory.</summary>
public sealed class GeneratedRow
{
    private readonly FeedSource _source;
    private readonly FeedRow _row;

    internal GeneratedRow(FeedSource source, in FeedRow row)
    {
        _source = source;
        _row = row;
    }

    public RowKind Kind => _row.Kind;

    /// <summary>What is wrong with it, if <see cref="Kind"/> is dirty.</summary>
    public DirtyKind Dirty => _row.Dirty;

    /// <summary>The canonical key of the customer it is about; a dirty row may not say so.</summary>
    public string Key => _source.Plan.Key(_row.Person);

    /// <summary>Microseconds UTC; a dirty row may not say so.</summary>
    public long Sequence => _row.At;

    /// <summary><see cref="Record.NoOrdinal"/> where the dimension has none.</summary>
    public long Ordinal => _source.Plan.HasOrdinal ? _row.Ordinal : Record.NoOrdinal;

    public bool IsDelete => _row.IsDelete;

    /// <summary>Has to stay in one file with the row before or after it, in this order, and must not be copied.</summary>
    public bool IsBound => _row.Bound;

    internal FeedRow Row => _row;

    /// <summary>The row states the data column; otherwise the column is missing from it.</summary>
    /// <param name="column">An index into the definition's columns.</param>
    public bool IsStated(int column) => (_row.Stated >> column & 1) != 0;

    /// <summary>The data columns in the definition's order, null where null or not stated.</summary>
    public string?[] GetValues()
    {
        var values = PersonText.Of(_source.Vocabulary, _source.Plan.Traits, _row.Profile);
        for (var i = 0; i < values.Length; i++)
        {
            if (!IsStated(i))
            {
                values[i] = null;
            }
        }

        return values;
    }
}
