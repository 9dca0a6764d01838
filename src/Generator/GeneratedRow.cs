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

    /// <summary>The row as ingest would accept it, for tests and measurements that need no files.</summary>
    /// <param name="writer">A writer of the same dimension; used for this call only.</param>
    /// <param name="file">The number of the file it counts as part of.</param>
    /// <param name="row">The row in that file, from 1.</param>
    /// <exception cref="InvalidOperationException">The row is dirty.</exception>
    public Record ToRecord(ContentWriter writer, long file, long row)
    {
        if (Kind == RowKind.Dirty)
        {
            throw new InvalidOperationException($"A dirty row ({Dirty}) is no record.");
        }

        ReadOnlyMemory<byte> content = default;
        if (!IsDelete)
        {
            var values = GetValues();
            writer.Begin();
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] is { } value)
                {
                    writer.SetText(i, value);
                }
                else if (IsStated(i))
                {
                    writer.SetNull(i);
                }
            }

            content = writer.Finish().ToArray();
        }

        return new()
        {
            Key = Key,
            Sequence = Sequence,
            Ordinal = Ordinal,
            Kind = IsDelete ? RecordKind.Delete : RecordKind.Upsert,
            Content = content,
            File = file,
            Row = row,
        };
    }
}
