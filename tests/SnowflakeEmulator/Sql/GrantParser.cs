namespace CustomerTrack.SnowflakeEmulator;

/// <summary>GRANT and REVOKE.</summary>
internal sealed class GrantParser(TokenReader reader)
{
    public Statement Grant()
    {
        var revoke = reader.Word() == "REVOKE";
        if (reader.TryTake("ROLE"))
            return Role(revoke);
        var privileges = Privileges();
        reader.Expect("ON");
        var future = reader.TryTake("FUTURE");
        var all = !future && reader.TryTake("ALL");
        if (future || all)
        {
            var kind = Kinds.TryRead(reader, plural: true) ?? throw reader.Unexpected();
            reader.Expect("IN");
            var container = Kinds.Read(reader);
            if (container is not (ObjectKind.Schema or ObjectKind.Database))
                throw reader.Unexpected();
            return Rest(revoke, privileges, kind, reader.Name(), container, future);
        }
        var onKind = Kinds.Read(reader);
        if (onKind == ObjectKind.Account)
            return Rest(revoke, privileges, onKind, null, null, future: false);
        var name = reader.Name();
        if (onKind == ObjectKind.Procedure)
            ProcedureTypes();
        return Rest(revoke, privileges, onKind, name, null, future: false);
    }

    private void ProcedureTypes()
    {
        reader.ExpectSymbol("(");
        while (!reader.IsSymbol(")"))
        {
            DataType.Read(reader);
            if (!reader.TrySymbol(","))
                break;
        }
        reader.ExpectSymbol(")");
    }

    private Statement.Grant Rest(bool revoke, IReadOnlyList<string> privileges, ObjectKind kind, ObjectName? name, ObjectKind? container, bool future)
    {
        reader.Expect(revoke ? "FROM" : "TO");
        reader.Expect("ROLE");
        var role = reader.Identifier();
        var copy = reader.TryTake("COPY", "CURRENT", "GRANTS") || (reader.TryTake("REVOKE", "CURRENT", "GRANTS") && false);
        if (reader.TryTake("WITH", "GRANT", "OPTION"))
            throw SqlException.NotEmulated("WITH GRANT OPTION");
        if (!reader.TryTake("CASCADE"))
            reader.TryTake("RESTRICT");
        return new Statement.Grant(new GrantStatement(revoke, privileges, kind, name, container, future, role, copy));
    }

    private Statement.GrantRole Role(bool revoke)
    {
        var role = reader.Identifier();
        reader.Expect(revoke ? "FROM" : "TO");
        if (reader.TryTake("ROLE"))
            return new Statement.GrantRole(role, reader.Identifier(), null, revoke);
        reader.Expect("USER");
        return new Statement.GrantRole(role, null, reader.Identifier(), revoke);
    }

    private List<string> Privileges()
    {
        var privileges = new List<string>();
        do
        {
            var words = new List<string>();
            while (!reader.IsSymbol(",") && !reader.Is("ON"))
                words.Add(reader.Word());
            privileges.Add(words is ["ALL"] ? "ALL PRIVILEGES" : string.Join(' ', words));
        }
        while (reader.TrySymbol(","));
        return privileges;
    }
}
