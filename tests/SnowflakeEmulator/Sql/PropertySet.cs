using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Properties as <c>NAME = value</c>; which names are allowed is the caller's whitelist.</summary>
internal sealed class PropertySet
{
    private readonly Dictionary<string, PropertyValue> _values = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, PropertyValue>> All => _values;

    public int Count => _values.Count;

    public PropertyValue? this[string name] => _values.GetValueOrDefault(name);

    public string? Scalar(string name) => _values.GetValueOrDefault(name)?.Scalar;

    public bool Flag(string name, bool otherwise) => Scalar(name) is not { } text ? otherwise : text switch
    {
        "TRUE" or "true" => true,
        "FALSE" or "false" => false,
        _ => throw SqlException.InvalidValue(text, name),
    };

    public long Number(string name, long otherwise) => Scalar(name) is not { } text
        ? otherwise
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw SqlException.InvalidValue(text, name);

    public void Set(string name, PropertyValue value) => _values[name] = value;

    public void Remove(string name) => _values.Remove(name);

    public void Merge(PropertySet other)
    {
        foreach (var (name, value) in other._values)
            _values[name] = value;
    }

    public PropertySet Copy()
    {
        var copy = new PropertySet();
        copy.Merge(this);
        return copy;
    }

    /// <summary>Reads <c>NAME = value</c> pairs for as long as a whitelisted name follows; commas between them are allowed.</summary>
    public static PropertySet Read(TokenReader reader, PropertyNames names)
    {
        var set = new PropertySet();
        while (reader.Current.Kind == TokenKind.Word && reader.Ahead(1).IsSymbol("="))
        {
            if (!names.Contains(reader.Current.Text))
                throw SqlException.InvalidProperty(reader.Current.Text, names.Kind);
            var name = reader.Take().Text;
            reader.Take();
            if (set[name] is not null)
                throw SqlException.Invalid($"duplicate property '{name}'; only one value may be specified.");
            set.Set(name, name == "INCLUDE_METADATA" ? ColumnPairs(reader) : Value(reader, names));
            reader.TrySymbol(",");
        }
        return set;
    }

    /// <summary><c>(column = METADATA$…, …)</c>: here the names are columns and not properties.</summary>
    private static PropertyValue ColumnPairs(TokenReader reader)
    {
        var pairs = new PropertySet();
        reader.ExpectSymbol("(");
        do
        {
            var column = ObjectName.Quote(reader.Identifier());
            reader.ExpectSymbol("=");
            pairs.Set(column, new PropertyValue(reader.Word(), null, null));
        }
        while (reader.TrySymbol(","));
        reader.ExpectSymbol(")");
        return new PropertyValue(null, null, pairs);
    }

    private static PropertyValue Value(TokenReader reader, PropertyNames names)
    {
        if (!reader.TrySymbol("("))
            return new PropertyValue(Scalar(reader), null, null);
        if (reader.Current.Kind == TokenKind.Word && reader.Ahead(1).IsSymbol("="))
        {
            var nested = Read(reader, names);
            reader.ExpectSymbol(")");
            return new PropertyValue(null, null, nested);
        }
        var list = new List<string>();
        while (!reader.IsSymbol(")"))
        {
            list.Add(Scalar(reader));
            if (!reader.TrySymbol(","))
                break;
        }
        reader.ExpectSymbol(")");
        return new PropertyValue(null, list, null);
    }

    private static string Scalar(TokenReader reader)
    {
        if (reader.IsSymbol("-"))
            return reader.Integer().ToString(CultureInfo.InvariantCulture);
        if (reader.Current.Kind is TokenKind.Text or TokenKind.Number)
            return reader.Take().Text;
        return reader.Name().ToString();
    }
}
