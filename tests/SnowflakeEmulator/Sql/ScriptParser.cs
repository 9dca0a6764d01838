namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The part of Snowflake Scripting that the emulator runs.</summary>
internal sealed class ScriptParser(TokenReader reader)
{
    /// <summary>A procedure's body: a block, or one statement.</summary>
    public static ScriptNode.Block Parse(string script)
    {
        var reader = new TokenReader(script);
        var block = new ScriptParser(reader).Block();
        reader.TrySymbol(";");
        return reader.AtEnd ? block : throw reader.Unexpected();
    }

    public ScriptNode.Block Block()
    {
        var declarations = new List<ScriptNode>();
        if (reader.TryTake("DECLARE"))
        {
            while (!reader.Is("BEGIN"))
                declarations.Add(Declaration());
        }
        reader.Expect("BEGIN");
        var body = Body("EXCEPTION", "END");
        var handlers = new List<ScriptNode.Handler>();
        if (reader.TryTake("EXCEPTION"))
        {
            while (reader.TryTake("WHEN"))
                handlers.Add(Handler());
            if (handlers.Count == 0)
                throw reader.Unexpected();
        }
        reader.Expect("END");
        return new ScriptNode.Block(declarations, body, handlers);
    }

    private ScriptNode.Handler Handler()
    {
        var conditions = new List<string>();
        do
            conditions.Add(reader.Identifier());
        while (reader.TryTake("OR"));
        reader.Expect("THEN");
        return new ScriptNode.Handler(conditions, Body("WHEN", "END"));
    }

    private List<ScriptNode> Body(params ReadOnlySpan<string> ends)
    {
        var nodes = new List<ScriptNode>();
        while (!IsOne(ends))
        {
            if (reader.AtEnd)
                throw reader.Unexpected();
            nodes.Add(Node());
            reader.ExpectSymbol(";");
        }
        return nodes;
    }

    private bool IsOne(ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (reader.Is(word))
                return true;
        }
        return false;
    }

    private ScriptNode Declaration()
    {
        var name = reader.Identifier();
        ScriptNode node;
        if (reader.TryTake("EXCEPTION"))
        {
            reader.ExpectSymbol("(");
            var number = reader.Integer();
            reader.ExpectSymbol(",");
            node = new ScriptNode.DeclareException(name, number, reader.Text());
            reader.ExpectSymbol(")");
        }
        else if (reader.Is("CURSOR") || reader.Is("RESULTSET"))
            throw SqlException.NotEmulated($"{reader.Current.Text} in a script");
        else
            node = Variable(name, declares: true);
        reader.ExpectSymbol(";");
        return node;
    }

    private ScriptNode.Assign Variable(string name, bool declares)
    {
        DataType? type = null;
        if (!reader.IsSymbol(":=") && !reader.Is("DEFAULT"))
            type = DataType.Read(reader);
        string? expression = null;
        if (reader.TrySymbol(":=") || reader.TryTake("DEFAULT"))
            expression = reader.RestOfStatement(reader.Index);
        return new ScriptNode.Assign(name, declares, type, expression);
    }

    private ScriptNode Node()
    {
        if (StatementParser.IsTransactionStart(reader))
            return new ScriptNode.Run(new StatementParser(reader).Statement());
        if (reader.Is("BEGIN") || reader.Is("DECLARE"))
            return Block();
        if (reader.TryTake("LET"))
            return Variable(reader.Identifier(), declares: true);
        if (reader.TryTake("IF"))
            return If();
        if (reader.TryTake("WHILE"))
            return While();
        if (reader.TryTake("RETURN"))
            return new ScriptNode.Return(reader.AtStatementEnd ? null : reader.RestOfStatement(reader.Index));
        if (reader.TryTake("RAISE"))
            return new ScriptNode.Raise(reader.AtStatementEnd ? null : reader.Identifier());
        if (reader.TryTake("NULL"))
            return new ScriptNode.Nothing();
        if (reader.Is("FOR") || reader.Is("LOOP") || reader.Is("REPEAT") || reader.Is("OPEN") || reader.Is("FETCH") || reader.Is("CASE"))
            throw SqlException.NotEmulated($"{reader.Current.Text} in a script");
        if (reader.Ahead(1).IsSymbol(":="))
        {
            var name = reader.Identifier();
            reader.Take();
            return new ScriptNode.Assign(name, false, null, reader.RestOfStatement(reader.Index));
        }
        return new ScriptNode.Run(new StatementParser(reader).Statement());
    }

    private ScriptNode.If If()
    {
        var branches = new List<(string, IReadOnlyList<ScriptNode>)>();
        List<ScriptNode> otherwise = [];
        do
        {
            var condition = Until("THEN");
            reader.Expect("THEN");
            branches.Add((condition, Body("ELSEIF", "ELSE", "END")));
        }
        while (reader.TryTake("ELSEIF"));
        if (reader.TryTake("ELSE"))
            otherwise = Body("END");
        reader.Expect("END", "IF");
        return new ScriptNode.If(branches, otherwise);
    }

    private ScriptNode.While While()
    {
        var condition = Until("DO");
        reader.Expect("DO");
        var body = Body("END");
        reader.Expect("END", "WHILE");
        return new ScriptNode.While(condition, body);
    }

    private string Until(string word)
    {
        var from = reader.Index;
        var depth = 0;
        while (depth > 0 || !reader.Is(word))
        {
            if (reader.AtStatementEnd)
                throw reader.Unexpected();
            if (reader.Is("CASE"))
                depth++;
            else if (reader.Is("END"))
                depth--;
            reader.Take();
        }
        return reader.Slice(from, reader.Index);
    }
}
