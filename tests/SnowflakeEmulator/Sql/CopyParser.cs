namespace CustomerTrack.SnowflakeEmulator;

/// <summary>COPY INTO a table from a stage.</summary>
internal sealed class CopyParser(TokenReader reader)
{
    public CopyStatement Copy()
    {
        reader.Expect("COPY", "INTO");
        if (reader.IsSymbol("@"))
            throw SqlException.NotEmulated("COPY INTO a stage");
        var table = reader.Name();
        if (reader.IsSymbol("("))
            throw SqlException.NotEmulated("COPY INTO with a list of columns");
        reader.Expect("FROM");
        if (reader.IsSymbol("("))
            throw SqlException.NotEmulated("COPY with a transformation");
        var stage = Stage(reader);
        var options = PropertySet.Read(reader, PropertyNames.Copy);
        Check(options);
        return new CopyStatement(table, stage, options);
    }

    private static void Check(PropertySet options)
    {
        if (options.Scalar("MATCH_BY_COLUMN_NAME") is not ("CASE_INSENSITIVE" or "CASE_SENSITIVE"))
            throw SqlException.NotEmulated("COPY without MATCH_BY_COLUMN_NAME (a Parquet file has to be matched by column names or transformed)");
        if (options.Scalar("ON_ERROR") is { } onError && onError is not ("SKIP_FILE" or "CONTINUE" or "ABORT_STATEMENT"))
            throw SqlException.InvalidValue(onError, "ON_ERROR");
        if (options["INCLUDE_METADATA"] is { Nested: null })
            throw SqlException.Invalid("INCLUDE_METADATA takes pairs of a column and a metadata column.");
    }

    /// <summary><c>@name/path</c>; the path ends at white space.</summary>
    public static StageReference Stage(TokenReader reader)
    {
        reader.ExpectSymbol("@");
        if (reader.IsSymbol("%") || reader.IsSymbol("~"))
            throw SqlException.NotEmulated("internal stages");
        var name = reader.Name();
        var slash = reader.Current;
        if (!slash.IsSymbol("/") || slash.Start != reader.Ahead(-1).End)
            return new StageReference(name, "");
        var end = slash.End;
        while (end < reader.Source.Length && !char.IsWhiteSpace(reader.Source[end]) && reader.Source[end] is not (';' or ')'))
            end++;
        while (!reader.AtEnd && reader.Current.Start < end)
            reader.Take();
        return new StageReference(name, reader.Source[slash.End..end]);
    }
}
