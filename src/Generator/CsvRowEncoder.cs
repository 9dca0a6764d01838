using System.Text;

namespace CustomerTrack.Generator;

/// <summary>CSV with a header; what a row does not state is an empty field.</summary>
internal sealed class CsvRowEncoder : IRowEncoder
{
    private readonly FeedPlan _plan;
    private readonly Vocabulary _vocabulary;
    private readonly Utf8Fields _fields;
    private readonly byte[] _header;
    private readonly byte[] _upsert;
    private readonly byte[][] _deletes;

    public CsvRowEncoder(FeedPlan plan, Vocabulary vocabulary)
    {
        _plan = plan;
        _vocabulary = vocabulary;
        _fields = new(plan);
        _header = Encoding.UTF8.GetBytes(string.Join(',', plan.Columns.Select(column => Encoding.UTF8.GetString(new Term(column.Name).Csv))) + "\n");
        _upsert = new Term(plan.Upsert).Csv;
        _deletes = [.. plan.Deletes.Select(text => new Term(text).Csv)];
    }

    public void Begin(ByteBuffer target) => target.Add(_header);

    public void Row(in FeedRow row, ByteBuffer target)
    {
        // Cut before the sequence, or one field too many before it: a reader that forgives both still finds no time.
        var isRagged = row.Dirty == DirtyKind.Ragged;
        var isCut = isRagged && row.Spelling % 2 == 0;
        for (var i = 0; i < _plan.Columns.Count; i++)
        {
            var column = _plan.Columns[i];
            if (isCut && column.Role == FeedColumnRole.Sequence)
            {
                break;
            }

            if (i > 0)
            {
                target.Add((byte)',');
            }

            switch (column.Role)
            {
                case FeedColumnRole.Key:
                    _fields.Key(row, target);
                    if (isRagged && !isCut)
                    {
                        target.Add(",stray"u8);
                    }

                    break;
                case FeedColumnRole.Data:
                    if ((row.Stated >> column.Data & 1) != 0)
                    {
                        Value(column.Trait, row.Profile, target);
                    }

                    break;
                case FeedColumnRole.Sequence:
                    _fields.Sequence(row, target);
                    break;
                case FeedColumnRole.Ordinal:
                    Utf8Fields.Number(row.Ordinal, target);
                    break;
                case FeedColumnRole.Operation:
                    target.Add(row.IsDelete ? _deletes[row.Spelling % _deletes.Length] : _upsert);
                    break;
            }
        }

        target.Add((byte)'\n');
    }

    private void Value(Trait trait, Profile profile, ByteBuffer target)
    {
        switch (trait)
        {
            case Trait.FirstName:
                target.Add(_vocabulary.FirstNames[profile.First].Csv);
                break;
            case Trait.LastName:
                target.Add(_vocabulary.LastNames[profile.Last].Csv);
                break;
            case Trait.Email when profile.EmailNumber != Profile.None:
                Utf8Fields.Email(_vocabulary, profile, target);
                break;
            case Trait.Street when profile.Street != Profile.None:
                var street = _vocabulary.Streets[profile.Street];
                if (street.NeedsQuotes)
                {
                    target.Add((byte)'"');
                    Utf8Fields.Street(profile.House, street.CsvInner, target);
                    target.Add((byte)'"');
                }
                else
                {
                    Utf8Fields.Street(profile.House, street.CsvInner, target);
                }

                break;
            case Trait.City:
                target.Add(_vocabulary.Cities[profile.City].Name.Csv);
                break;
            case Trait.State when _vocabulary.Cities[profile.City].State is { } state:
                target.Add(state.Csv);
                break;
            case Trait.Country:
                target.Add(_vocabulary.Cities[profile.City].Country.Csv);
                break;
        }
    }
}
