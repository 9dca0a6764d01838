namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Recursive descent over statements: what it does not know is a syntax error with its place.</summary>
internal sealed class StatementParser(TokenReader reader)
{
    /// <summary>All statements of a text, in order.</summary>
    public static IReadOnlyList<Statement> ParseAll(string text)
    {
        var reader = new TokenReader(text);
        var parser = new StatementParser(reader);
        var statements = new List<Statement>();
        while (true)
        {
            while (reader.TrySymbol(";"))
            {
            }
            if (reader.AtEnd)
                return statements;
            statements.Add(parser.Statement());
            if (!reader.AtStatementEnd)
                throw reader.Unexpected();
        }
    }

    /// <summary>One statement; the cursor stays on its semicolon.</summary>
    public Statement Statement()
    {
        var from = reader.Index;
        var statement = Read(from);
        return statement with { Text = reader.Slice(from, reader.Index) };
    }

    private Statement Read(int from)
    {
        if (reader.IsSymbol("("))
            return Rest<Statement.Query>(from, new Statement.Query());
        switch (reader.Current.Kind == TokenKind.Word ? reader.Current.Text : "")
        {
            case "SELECT" or "WITH":
                return Rest<Statement.Query>(from, new Statement.Query());
            case "INSERT" or "UPDATE" or "DELETE" or "MERGE" or "TRUNCATE":
                return Rest<Statement.Dml>(from, new Statement.Dml(reader.Current.Text));
            case "CALL":
                return Rest<Statement.Call>(from, new Statement.Call());
            case "CREATE":
                return new CreateParser(reader).Create();
            case "ALTER":
                return new AlterParser(reader).Alter();
            case "DROP":
                return Drop();
            case "GRANT" or "REVOKE":
                return new GrantParser(reader).Grant();
            case "SHOW":
                return new ShowParser(reader).Show();
            case "DESC" or "DESCRIBE":
                reader.Take();
                return new Statement.Describe(Kinds.Read(reader), DescribedName());
            case "USE":
                return Use();
            case "BEGIN" or "DECLARE" or "START" or "COMMIT" or "ROLLBACK":
                return Transaction();
            case "COPY":
                return new Statement.Copy(new CopyParser(reader).Copy());
            case "EXECUTE":
                return Execute();
            case "COMMENT":
                return Comment();
            case "LIST" or "LS":
                reader.Take();
                return new Statement.ListStage(CopyParser.Stage(reader));
            default:
                throw reader.Unexpected();
        }
    }

    private T Rest<T>(int from, T statement)
    {
        reader.RestOfStatement(from);
        return statement;
    }

    private ObjectName DescribedName()
    {
        var name = reader.Name();
        if (reader.TrySymbol("("))
            reader.ExpectSymbol(")");
        return name;
    }

    private Statement.Drop Drop()
    {
        reader.Expect("DROP");
        var kind = Kinds.Read(reader);
        var ifExists = reader.TryTake("IF", "EXISTS");
        var name = reader.Name();
        if (reader.TrySymbol("("))
            SkipTypes();
        if (!reader.TryTake("CASCADE"))
            reader.TryTake("RESTRICT");
        return new Statement.Drop(kind, name, ifExists);
    }

    private void SkipTypes()
    {
        while (!reader.IsSymbol(")"))
        {
            DataType.Read(reader);
            if (!reader.TrySymbol(","))
                break;
        }
        reader.ExpectSymbol(")");
    }

    private Statement.Use Use()
    {
        reader.Expect("USE");
        var what = reader.Is("ROLE") || reader.Is("WAREHOUSE") || reader.Is("DATABASE") || reader.Is("SCHEMA") ? reader.Word() : "NAMESPACE";
        if (reader.Is("SECONDARY", "ROLES"))
        {
            reader.Expect("SECONDARY", "ROLES");
            what = "SECONDARY";
        }
        return new Statement.Use(what, reader.Name(2));
    }

    private Statement Transaction()
    {
        if (reader.TryTake("COMMIT"))
        {
            reader.TryTake("WORK");
            return new Statement.Commit();
        }
        if (reader.TryTake("ROLLBACK"))
        {
            reader.TryTake("WORK");
            return new Statement.Rollback();
        }
        if (reader.TryTake("START"))
        {
            reader.Expect("TRANSACTION");
            TransactionName();
            return new Statement.Begin();
        }
        if (!IsTransactionStart(reader))
            return new Statement.Block(new ScriptParser(reader).Block());
        reader.Expect("BEGIN");
        if (!reader.TryTake("TRANSACTION"))
            reader.TryTake("WORK");
        TransactionName();
        return new Statement.Begin();
    }

    /// <summary>BEGIN starts a transaction when nothing, TRANSACTION, WORK or NAME follows; else a block.</summary>
    public static bool IsTransactionStart(TokenReader reader)
    {
        if (!reader.Is("BEGIN"))
            return false;
        var next = reader.Ahead(1);
        return next.Kind == TokenKind.End || next.IsSymbol(";") || next.IsWord("TRANSACTION") || next.IsWord("WORK") || next.IsWord("NAME");
    }

    private void TransactionName()
    {
        if (reader.TryTake("NAME"))
            reader.Identifier();
    }

    private Statement Execute()
    {
        reader.Expect("EXECUTE");
        if (reader.TryTake("TASK"))
            return new Statement.ExecuteTask(reader.Name());
        reader.Expect("IMMEDIATE");
        return new Statement.ExecuteImmediate(reader.Text());
    }

    private Statement.CommentOn Comment()
    {
        reader.Expect("COMMENT");
        reader.TryTake("IF", "EXISTS");
        reader.Expect("ON");
        var kind = Kinds.Read(reader);
        var name = reader.Name();
        reader.Expect("IS");
        return new Statement.CommentOn(kind, name, reader.Text());
    }
}
