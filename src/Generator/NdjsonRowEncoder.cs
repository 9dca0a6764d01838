namespace CustomerTrack.Generator;

/// <summary>NDJSON; what a row does not state has no member, what is unknown of a person is an explicit null.</summary>
internal sealed class NdjsonRowEncoder : IRowEncoder
{
    private static readonly byte[] Quote = "\""u8.ToArray();

    private readonly FeedPlan _plan;
    private readonly Vocabulary _vocabulary;
    private readonly Utf8Fields _fields;
    private readonly byte[][] _names;
    private readonly byte[] _upsert;
    private readonly byte[][] _deletes;

    public NdjsonRowEncoder(FeedPlan plan, Vocabulary vocabulary)
    {
        _plan = plan;
        _vocabulary = vocabulary;
        _fields = new(plan);
        _names = [.. plan.Columns.Select((column, i) => (byte[])[i == 0 ? (byte)'{' : (byte)',', .. Quote, .. new Term(column.Name).Json, .. Quote, (byte)':'])];
        _upsert = [.. Quote, .. new Term(plan.Upsert).Json, .. Quote];
        _deletes = [.. plan.Deletes.Select(text => (byte[])[.. Quote, .. new Term(text).Json, .. Quote])];
    }

    public void Begin(ByteBuffer target)
    {
    }

    public void Row(in FeedRow row, ByteBuffer target)
    {
        if (row.Dirty == DirtyKind.BrokenJson && row.Spelling % 2 == 0)
        {
            target.Add("this is not json\n"u8);
            return;
        }

        for (var i = 0; i < _plan.Columns.Count; i++)
        {
            var column = _plan.Columns[i];
            if (column.Role == FeedColumnRole.Data && (row.Stated >> column.Data & 1) == 0)
            {
                continue;
            }

            target.Add(_names[i]);
            switch (column.Role)
            {
                case FeedColumnRole.Key when row.Dirty == DirtyKind.NullKey:
                    target.Add("null"u8);
                    break;
                case FeedColumnRole.Key when _plan.IntegerKey:
                    _fields.Key(row, target);
                    break;
                case FeedColumnRole.Key:
                    target.Add((byte)'"');
                    _fields.Key(row, target);
                    target.Add((byte)'"');
                    break;
                case FeedColumnRole.Data:
                    Value(column.Trait, row.Profile, target);
                    break;
                case FeedColumnRole.Sequence:
                    target.Add((byte)'"');
                    _fields.Sequence(row, target);
                    target.Add((byte)'"');
                    break;
                case FeedColumnRole.Ordinal:
                    Utf8Fields.Number(row.Ordinal, target);
                    break;
                case FeedColumnRole.Operation:
                    target.Add(row.IsDelete ? _deletes[row.Spelling % _deletes.Length] : _upsert);
                    break;
            }
        }

        // A broken line of the other kind ends in the middle.
        target.Add(row.Dirty == DirtyKind.BrokenJson ? "\n"u8 : "}\n"u8);
    }

    private void Value(Trait trait, Profile profile, ByteBuffer target)
    {
        switch (trait)
        {
            case Trait.FirstName:
                Quoted(_vocabulary.FirstNames[profile.First], target);
                break;
            case Trait.LastName:
                Quoted(_vocabulary.LastNames[profile.Last], target);
                break;
            case Trait.Email when profile.EmailNumber != Profile.None:
                target.Add((byte)'"');
                Utf8Fields.Email(_vocabulary, profile, target);
                target.Add((byte)'"');
                break;
            case Trait.Street when profile.Street != Profile.None:
                target.Add((byte)'"');
                Utf8Fields.Street(profile.House, _vocabulary.Streets[profile.Street].Json, target);
                target.Add((byte)'"');
                break;
            case Trait.City:
                Quoted(_vocabulary.Cities[profile.City].Name, target);
                break;
            case Trait.State when _vocabulary.Cities[profile.City].State is { } state:
                Quoted(state, target);
                break;
            case Trait.Country:
                Quoted(_vocabulary.Cities[profile.City].Country, target);
                break;
            default:
                target.Add("null"u8);
                break;
        }
    }

    private static void Quoted(Term term, ByteBuffer target)
    {
        target.Add((byte)'"');
        target.Add(term.Json);
        target.Add((byte)'"');
    }
}
