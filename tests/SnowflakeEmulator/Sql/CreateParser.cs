namespace CustomerTrack.SnowflakeEmulator;

/// <summary>CREATE of every kind of object that the emulator knows.</summary>
internal sealed class CreateParser(TokenReader reader)
{
    public Statement.Create Create()
    {
        reader.Expect("CREATE");
        var mode = reader.TryTake("OR", "REPLACE") ? CreateMode.OrReplace : reader.TryTake("OR", "ALTER") ? CreateMode.OrAlter : CreateMode.Create;
        var transient = reader.TryTake("TRANSIENT");
        var temporary = !transient && (reader.TryTake("TEMPORARY") || reader.TryTake("TEMP"));
        var secure = reader.TryTake("SECURE");
        var place = reader.Current;
        var kind = Kinds.Read(reader);
        if ((transient && kind is not (ObjectKind.Table or ObjectKind.Schema or ObjectKind.Database)) || (temporary && kind != ObjectKind.Table) || (secure && kind != ObjectKind.View))
            throw SqlException.Syntax(place);
        if (mode == CreateMode.OrAlter && kind is not (ObjectKind.Table or ObjectKind.Task or ObjectKind.Schema or ObjectKind.Warehouse or ObjectKind.Role or ObjectKind.Database or ObjectKind.View or ObjectKind.FileFormat or ObjectKind.Stage or ObjectKind.Procedure or ObjectKind.Tag))
            throw SqlException.Syntax(place);
        if (reader.TryTake("IF", "NOT", "EXISTS"))
            mode = mode == CreateMode.Create ? CreateMode.IfNotExists : throw SqlException.Invalid("options OR REPLACE and IF NOT EXISTS are incompatible.");
        var name = reader.Name();
        ObjectBody body = kind switch
        {
            ObjectKind.Table => Table(transient, temporary),
            ObjectKind.View => View(secure),
            ObjectKind.Stream => Stream(),
            ObjectKind.Pipe => Pipe(),
            ObjectKind.Procedure => Procedure(),
            ObjectKind.Task => Task(),
            ObjectKind.Tag => Tag(),
            ObjectKind.MaskingPolicy => Policy(),
            _ => Plain(kind),
        };
        return new Statement.Create(kind, name, mode, body);
    }

    private ObjectBody.Plain Plain(ObjectKind kind)
    {
        reader.TryTake("WITH");
        var properties = PropertySet.Read(reader, Kinds.Properties(kind));
        var tags = Tags();
        properties.Merge(PropertySet.Read(reader, Kinds.Properties(kind)));
        return new ObjectBody.Plain(properties) { Tags = tags };
    }

    private List<(ObjectName Tag, string Value)> Tags()
    {
        if (reader.Is("WITH", "TAG"))
            reader.Take();
        if (!reader.Is("TAG") || !reader.Ahead(1).IsSymbol("("))
            return [];
        reader.Take();
        reader.ExpectSymbol("(");
        var tags = TagPairs(reader);
        reader.ExpectSymbol(")");
        return tags;
    }

    public static List<(ObjectName Tag, string Value)> TagPairs(TokenReader reader)
    {
        var tags = new List<(ObjectName, string)>();
        do
        {
            var tag = reader.Name();
            reader.ExpectSymbol("=");
            tags.Add((tag, reader.Text()));
        }
        while (reader.TrySymbol(","));
        return tags;
    }

    private ObjectBody.Table Table(bool transient, bool temporary)
    {
        var columns = new List<ColumnDefinition>();
        if (reader.TrySymbol("("))
        {
            do
            {
                if (!SkipConstraint())
                    columns.Add(Column(reader));
            }
            while (reader.TrySymbol(","));
            reader.ExpectSymbol(")");
        }
        var properties = new PropertySet();
        List<(ObjectName, string)> tags = [];
        string? query = null;
        while (!reader.AtStatementEnd)
        {
            if (reader.TryTake("CLUSTER", "BY"))
                SkipClusterKey();
            else if (reader.TryTake("COPY", "GRANTS"))
                throw SqlException.NotEmulated("COPY GRANTS of a table");
            else if (reader.TryTake("AS"))
                query = reader.RestOfStatement(reader.Index);
            else if (reader.Is("TAG") || reader.Is("WITH", "TAG"))
                tags = Tags();
            else
                properties.Merge(SomeProperties(PropertyNames.Table));
        }
        if (columns.Count == 0 && query is null)
            throw reader.Unexpected();
        return new ObjectBody.Table(properties, columns, transient, temporary, query) { Tags = tags };
    }

    private PropertySet SomeProperties(PropertyNames names)
    {
        var before = reader.Index;
        var properties = PropertySet.Read(reader, names);
        return reader.Index > before ? properties : throw reader.Unexpected();
    }

    private void SkipClusterKey()
    {
        reader.ExpectSymbol("(");
        do
            reader.Identifier();
        while (reader.TrySymbol(","));
        reader.ExpectSymbol(")");
    }

    /// <summary>PRIMARY KEY, UNIQUE and FOREIGN KEY are information only, as in Snowflake.</summary>
    private bool SkipConstraint()
    {
        if (reader.TryTake("CONSTRAINT"))
            reader.Identifier();
        if (!reader.TryTake("PRIMARY", "KEY") && !(reader.Is("UNIQUE") && reader.Ahead(1).IsSymbol("(")))
            return false;
        reader.TryTake("UNIQUE");
        SkipClusterKey();
        while (reader.TryTake("RELY") || reader.TryTake("NORELY") || reader.TryTake("NOT", "ENFORCED"))
        {
        }
        return true;
    }

    public static ColumnDefinition Column(TokenReader reader)
    {
        var name = reader.Identifier();
        var type = DataType.Read(reader);
        bool notNull = false;
        string? defaultText = null, comment = null;
        ObjectName? policy = null;
        List<(ObjectName, string)> tags = [];
        while (!reader.IsSymbol(",") && !reader.IsSymbol(")") && !reader.AtStatementEnd)
        {
            if (reader.TryTake("NOT", "NULL"))
                notNull = true;
            else if (reader.TryTake("PRIMARY", "KEY") || reader.TryTake("UNIQUE") || reader.TryTake("RELY") || reader.TryTake("NORELY") || reader.TryTake("NOT", "ENFORCED") || reader.TryTake("NULL"))
                continue;
            else if (reader.TryTake("DEFAULT"))
                defaultText = DefaultText(reader);
            else if (reader.TryTake("COMMENT"))
                comment = reader.Text();
            else if (reader.TryTake("WITH", "MASKING", "POLICY") || reader.TryTake("MASKING", "POLICY"))
                policy = reader.Name();
            else if (reader.TryTake("WITH", "TAG") || reader.TryTake("TAG"))
            {
                reader.ExpectSymbol("(");
                tags = TagPairs(reader);
                reader.ExpectSymbol(")");
            }
            else
                throw reader.Unexpected();
        }
        return new ColumnDefinition(name, type, notNull, defaultText, comment, policy, tags);
    }

    private static string DefaultText(TokenReader reader)
    {
        var from = reader.Index;
        reader.TrySymbol("-");
        if (reader.Current.Kind is TokenKind.Word && reader.Ahead(1).IsSymbol("("))
        {
            reader.Take();
            reader.Take();
            reader.ExpectSymbol(")");
        }
        else if (reader.Current.Kind is TokenKind.Number or TokenKind.Text or TokenKind.Word)
            reader.Take();
        else
            throw reader.Unexpected();
        return reader.Slice(from, reader.Index);
    }

    private ObjectBody.View View(bool secure)
    {
        var columns = new List<ColumnDefinition>();
        if (reader.TrySymbol("("))
        {
            do
                columns.Add(ViewColumn());
            while (reader.TrySymbol(","));
            reader.ExpectSymbol(")");
        }
        var copyGrants = false;
        var properties = new PropertySet();
        List<(ObjectName, string)> tags = [];
        while (!reader.Is("AS"))
        {
            if (reader.TryTake("COPY", "GRANTS"))
                copyGrants = true;
            else if (reader.Is("TAG") || reader.Is("WITH", "TAG"))
                tags = Tags();
            else
                properties.Merge(SomeProperties(PropertyNames.View));
        }
        reader.Expect("AS");
        return new ObjectBody.View(properties, columns, secure, reader.RestOfStatement(reader.Index), copyGrants) { Tags = tags };
    }

    private ColumnDefinition ViewColumn()
    {
        var name = reader.Identifier();
        string? comment = null;
        ObjectName? policy = null;
        List<(ObjectName, string)> tags = [];
        while (!reader.IsSymbol(",") && !reader.IsSymbol(")"))
        {
            if (reader.TryTake("COMMENT"))
                comment = reader.Text();
            else if (reader.TryTake("WITH", "MASKING", "POLICY") || reader.TryTake("MASKING", "POLICY"))
                policy = reader.Name();
            else if (reader.Is("TAG") || reader.Is("WITH", "TAG"))
                tags = Tags();
            else
                throw reader.Unexpected();
        }
        return new ColumnDefinition(name, new DataType("TEXT", null, null), false, null, comment, policy, tags);
    }

    private ObjectBody.Stream Stream()
    {
        reader.Expect("ON", "TABLE");
        var table = reader.Name();
        if (reader.Is("AT") || reader.Is("BEFORE"))
            throw SqlException.NotEmulated("a stream AT or BEFORE a point in time");
        return new ObjectBody.Stream(PropertySet.Read(reader, PropertyNames.Stream), table);
    }

    private ObjectBody.Pipe Pipe()
    {
        var properties = PropertySet.Read(reader, PropertyNames.Pipe);
        reader.Expect("AS");
        var from = reader.Index;
        var copy = new CopyParser(reader).Copy();
        foreach (var refused in (ReadOnlySpan<string>)["FILES", "SIZE_LIMIT", "PURGE", "FORCE", "RETURN_FAILED_ONLY", "VALIDATION_MODE"])
        {
            if (copy.Options[refused] is not null)
                throw SqlException.Invalid($"Invalid copy option '{refused}' for pipe.");
        }
        if (copy.OnError is "ABORT_STATEMENT")
            throw SqlException.Invalid("ON_ERROR = ABORT_STATEMENT is not supported for pipes.");
        return new ObjectBody.Pipe(properties, copy, reader.Slice(from, reader.Index));
    }

    private ObjectBody.Procedure Procedure()
    {
        var arguments = new List<(string, DataType)>();
        reader.ExpectSymbol("(");
        while (!reader.IsSymbol(")"))
        {
            var argument = reader.Identifier();
            arguments.Add((argument, DataType.Read(reader)));
            if (!reader.TrySymbol(","))
                break;
        }
        reader.ExpectSymbol(")");
        if (reader.TryTake("COPY", "GRANTS"))
            throw SqlException.NotEmulated("COPY GRANTS of a procedure");
        reader.Expect("RETURNS");
        var returns = DataType.Read(reader).ToString();
        reader.TryTake("NOT", "NULL");
        var (asOwner, language) = (true, "SQL");
        var properties = new PropertySet();
        while (!reader.Is("AS"))
        {
            if (reader.TryTake("LANGUAGE"))
                language = reader.Word();
            else if (reader.TryTake("EXECUTE", "AS", "OWNER"))
                asOwner = true;
            else if (reader.TryTake("EXECUTE", "AS", "CALLER"))
                asOwner = false;
            else
                properties.Merge(SomeProperties(PropertyNames.Procedure));
        }
        reader.Expect("AS");
        if (language != "SQL")
            throw SqlException.NotEmulated($"procedures in {language}");
        string script;
        if (reader.Current.Kind == TokenKind.Text)
            script = reader.Text();
        else
        {
            var from = reader.Index;
            new ScriptParser(reader).Block();
            script = reader.Slice(from, reader.Index);
        }
        ScriptParser.Parse(script);
        return new ObjectBody.Procedure(properties, arguments, returns, script, asOwner);
    }

    private ObjectBody.Task Task()
    {
        var properties = new PropertySet();
        string? condition = null;
        while (!reader.Is("AS"))
        {
            if (reader.TryTake("WHEN"))
                condition = Condition();
            else if (reader.Is("AFTER") || reader.Is("FINALIZE"))
                throw SqlException.NotEmulated("task graphs");
            else if (reader.Current.Kind == TokenKind.Word && reader.Ahead(1).IsSymbol("="))
                properties.Merge(SomeProperties(PropertyNames.Task));
            else
                throw reader.Unexpected();
        }
        reader.Expect("AS");
        return new ObjectBody.Task(properties, condition, TaskDefinition(reader));
    }

    private string Condition()
    {
        var from = reader.Index;
        while (!reader.Is("AS") && !reader.AtStatementEnd)
            reader.Take();
        return reader.Slice(from, reader.Index);
    }

    public static string TaskDefinition(TokenReader reader)
    {
        if (reader.Current.Kind == TokenKind.Text)
            return reader.Text();
        var from = reader.Index;
        new StatementParser(reader).Statement();
        return reader.Slice(from, reader.Index);
    }

    private ObjectBody.Tag Tag()
    {
        var allowed = new List<string>();
        if (reader.TryTake("ALLOWED_VALUES"))
        {
            do
                allowed.Add(reader.Text());
            while (reader.TrySymbol(","));
        }
        return new ObjectBody.Tag(PropertySet.Read(reader, PropertyNames.Tag), allowed);
    }

    private ObjectBody.Policy Policy()
    {
        reader.Expect("AS");
        reader.ExpectSymbol("(");
        var argument = reader.Identifier();
        var type = DataType.Read(reader);
        if (reader.IsSymbol(","))
            throw SqlException.NotEmulated("conditional masking policies");
        reader.ExpectSymbol(")");
        reader.Expect("RETURNS");
        if (DataType.Read(reader).Kind != type.Kind)
            throw SqlException.Invalid("Masking policy return type must match the type of its argument.");
        reader.ExpectSymbol("->");
        var from = reader.Index;
        while (!reader.AtStatementEnd && !(reader.Is("COMMENT") && reader.Ahead(1).IsSymbol("=")))
            reader.Take();
        var expression = reader.Slice(from, reader.Index);
        return new ObjectBody.Policy(PropertySet.Read(reader, PropertyNames.Policy), argument, type, expression);
    }
}
