namespace CustomerTrack.SnowflakeEmulator;

/// <summary>ALTER of every kind of object that the emulator knows.</summary>
internal sealed class AlterParser(TokenReader reader)
{
    public Statement Alter()
    {
        reader.Expect("ALTER");
        if (reader.TryTake("SESSION"))
            return Session();
        var kind = Kinds.Read(reader);
        var ifExists = reader.TryTake("IF", "EXISTS");
        var name = reader.Name();
        if (reader.TrySymbol("("))
            reader.ExpectSymbol(")");
        return new Statement.Alter(kind, name, ifExists, Change(kind));
    }

    private Statement.SetSession Session()
    {
        if (reader.TryTake("SET"))
            return new Statement.SetSession(PropertySet.Read(reader, PropertyNames.Session), []);
        reader.Expect("UNSET");
        return new Statement.SetSession(new PropertySet(), Names(PropertyNames.Session));
    }

    private List<string> Names(PropertyNames allowed)
    {
        var names = new List<string>();
        do
        {
            var name = reader.Word();
            names.Add(allowed.Contains(name) ? name : throw SqlException.InvalidProperty(name, allowed.Kind));
        }
        while (reader.TrySymbol(","));
        return names;
    }

    private Alteration Change(ObjectKind kind)
    {
        switch (kind)
        {
            case ObjectKind.Tag when reader.Is("SET", "MASKING", "POLICY") || reader.Is("UNSET", "MASKING", "POLICY"):
                return TagPolicy();
            case ObjectKind.Tag when reader.Is("ADD", "ALLOWED_VALUES") || reader.Is("DROP", "ALLOWED_VALUES"):
                return AllowedValues();
            case ObjectKind.Task when reader.TryTake("MODIFY", "AS"):
                return new Alteration.TaskBody(CreateParser.TaskDefinition(reader));
            case ObjectKind.Task when reader.TryTake("MODIFY", "WHEN"):
                return new Alteration.TaskCondition(reader.RestOfStatement(reader.Index));
            case ObjectKind.Task or ObjectKind.Warehouse when reader.TryTake("RESUME"):
                return new Alteration.Resume(reader.TryTake("IF", "SUSPENDED"));
            case ObjectKind.Task or ObjectKind.Warehouse when reader.TryTake("SUSPEND"):
                return new Alteration.Suspend();
            case ObjectKind.Pipe when reader.TryTake("REFRESH"):
                return Refresh();
            case ObjectKind.MaskingPolicy when reader.TryTake("SET", "BODY"):
                reader.ExpectSymbol("->");
                return new Alteration.PolicyBody(reader.RestOfStatement(reader.Index));
            case ObjectKind.Table or ObjectKind.View when reader.TryTake("RENAME", "TO"):
                return new Alteration.Rename(reader.Name());
            case ObjectKind.Table when reader.TryTake("ADD"):
                return AddColumns();
            case ObjectKind.Table when reader.TryTake("DROP", "COLUMN"):
                return DropColumns();
            case ObjectKind.Table or ObjectKind.View when reader.TryTake("MODIFY") || reader.TryTake("ALTER"):
                reader.TryTake("COLUMN");
                return new Alteration.Column(reader.Identifier(), ColumnChange());
            default:
                return Common(kind);
        }
    }

    private Alteration Common(ObjectKind kind)
    {
        if (reader.TryTake("SET", "TAG"))
            return new Alteration.SetTags(CreateParser.TagPairs(reader));
        if (reader.TryTake("UNSET", "TAG"))
            return new Alteration.UnsetTags(TagNames());
        var names = Kinds.Properties(kind);
        if (reader.TryTake("SET"))
        {
            var properties = PropertySet.Read(reader, names);
            return properties.Count > 0 ? new Alteration.Set(properties) : throw reader.Unexpected();
        }
        reader.Expect("UNSET");
        return new Alteration.Unset(Names(names));
    }

    private List<ObjectName> TagNames()
    {
        var names = new List<ObjectName>();
        do
            names.Add(reader.Name());
        while (reader.TrySymbol(","));
        return names;
    }

    private Alteration.TagPolicy TagPolicy()
    {
        var unset = reader.Word() == "UNSET";
        reader.Expect("MASKING", "POLICY");
        var policy = reader.Name();
        return new Alteration.TagPolicy(policy, reader.TryTake("FORCE"), unset);
    }

    private Alteration.AllowedValues AllowedValues()
    {
        var drop = reader.Word() == "DROP";
        reader.Expect("ALLOWED_VALUES");
        var values = new List<string>();
        do
            values.Add(reader.Text());
        while (reader.TrySymbol(","));
        return new Alteration.AllowedValues(values, drop);
    }

    private Alteration.RefreshPipe Refresh()
    {
        if (!reader.TryTake("PREFIX"))
            return new Alteration.RefreshPipe("");
        reader.ExpectSymbol("=");
        return new Alteration.RefreshPipe(reader.Text());
    }

    private Alteration.AddColumns AddColumns()
    {
        reader.TryTake("COLUMN");
        var ifNotExists = reader.TryTake("IF", "NOT", "EXISTS");
        var columns = new List<ColumnDefinition>();
        do
        {
            if (columns.Count > 0)
            {
                reader.TryTake("COLUMN");
                reader.TryTake("IF", "NOT", "EXISTS");
            }
            columns.Add(CreateParser.Column(reader));
        }
        while (reader.TrySymbol(","));
        return new Alteration.AddColumns(columns, ifNotExists);
    }

    private Alteration.DropColumns DropColumns()
    {
        var ifExists = reader.TryTake("IF", "EXISTS");
        var columns = new List<string>();
        do
            columns.Add(reader.Identifier());
        while (reader.TrySymbol(","));
        return new Alteration.DropColumns(columns, ifExists);
    }

    private ColumnChange ColumnChange()
    {
        if (reader.TryTake("SET", "MASKING", "POLICY"))
        {
            var policy = reader.Name();
            return new ColumnChange.SetPolicy(policy, reader.TryTake("FORCE"));
        }
        if (reader.TryTake("UNSET", "MASKING", "POLICY"))
            return new ColumnChange.UnsetPolicy();
        if (reader.TryTake("SET", "TAG"))
            return new ColumnChange.SetTags(CreateParser.TagPairs(reader));
        if (reader.TryTake("UNSET", "TAG"))
            return new ColumnChange.UnsetTags(TagNames());
        if (reader.TryTake("COMMENT"))
            return new ColumnChange.Comment(reader.Text());
        if (reader.TryTake("DROP", "NOT", "NULL"))
            return new ColumnChange.DropNotNull();
        if (reader.TryTake("SET", "NOT", "NULL"))
            return new ColumnChange.SetNotNull();
        throw reader.Unexpected();
    }
}
