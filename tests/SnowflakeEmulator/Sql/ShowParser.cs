namespace CustomerTrack.SnowflakeEmulator;

/// <summary>SHOW of the kinds that the emulator knows.</summary>
internal sealed class ShowParser(TokenReader reader)
{
    public Statement.Show Show()
    {
        reader.Expect("SHOW");
        reader.TryTake("TERSE");
        if (reader.TryTake("GRANTS"))
            return Grants();
        if (reader.TryTake("PARAMETERS"))
            return new Statement.Show(new ShowRequest("PARAMETERS", null, Like(), null, null, null, null));
        var columns = reader.TryTake("COLUMNS");
        ObjectKind? kind = columns ? null : Kinds.TryRead(reader, plural: true) ?? throw reader.Unexpected();
        var like = Like();
        ObjectKind? inKind = null;
        ObjectName? name = null;
        if (reader.TryTake("IN"))
        {
            inKind = Kinds.TryRead(reader);
            if (inKind != ObjectKind.Account)
                name = reader.AtStatementEnd ? null : reader.Name();
            inKind ??= columns ? ObjectKind.Table : ObjectKind.Schema;
        }
        var starts = reader.TryTake("STARTS", "WITH") ? reader.Text() : null;
        long? limit = reader.TryTake("LIMIT") ? reader.Integer() : null;
        return new Statement.Show(new ShowRequest(columns ? "COLUMNS" : "OBJECTS", kind, like, inKind, name, starts, limit));
    }

    private string? Like() => reader.TryTake("LIKE") ? reader.Text() : null;

    private Statement.Show Grants()
    {
        if (reader.TryTake("TO"))
        {
            var kind = Kinds.Read(reader);
            return new Statement.Show(new ShowRequest("GRANTS TO", kind, null, null, reader.Name(), null, null));
        }
        if (reader.TryTake("OF", "ROLE"))
            return new Statement.Show(new ShowRequest("GRANTS OF", ObjectKind.Role, null, null, reader.Name(), null, null));
        reader.Expect("ON");
        var on = Kinds.Read(reader);
        return new Statement.Show(new ShowRequest("GRANTS ON", on, null, null, on == ObjectKind.Account ? null : reader.Name(), null, null));
    }
}
