namespace CustomerTrack.SnowflakeEmulator;

/// <summary>On whose behalf and with which names a statement runs.</summary>
/// <param name="Role">The session's role, or the owner of the procedure that runs.</param>
internal sealed record SqlContext(EmulatedAccount Account, SqlSession Session, string Role, string? Database, string? Schema)
{
    /// <summary>A script's variables as DuckDB literals; null outside of scripts.</summary>
    public Dictionary<string, string>? Variables { get; init; }

    /// <summary>Values for <c>?</c> and <c>:1</c>.</summary>
    public IReadOnlyList<BindValue> Binds { get; init; } = [];

    public int ProcedureDepth { get; init; }

    public DateTimeOffset StatementStart { get; init; } = Account.Clock.Now;

    public ObjectName Complete(ObjectKind kind, ObjectName name)
    {
        if (kind == ObjectKind.Schema)
            return name.Parts.Count == 1 ? ObjectName.Of(RequireDatabase(), name.Parts[0]) : name;
        if (!Kinds.InSchema(kind))
            return name.Parts.Count == 1 ? name : throw SqlException.NotFound(Kinds.Word(kind), name.ToString());
        return name.Parts.Count switch
        {
            1 => ObjectName.Of(RequireDatabase(), RequireSchema(), name.Parts[0]),
            2 => ObjectName.Of(RequireDatabase(), name.Parts[0], name.Parts[1]),
            _ => name,
        };
    }

    private string RequireDatabase() => Database
        ?? throw new SqlException("090105", "22000", "Cannot perform operation. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.");

    private string RequireSchema() => Schema
        ?? throw new SqlException("090106", "22000", "Cannot perform operation. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name.");

    /// <summary>The object, if the role may see it.</summary>
    public CatalogObject Resolve(ObjectKind kind, ObjectName name, string? role = null)
    {
        var full = Complete(kind, name);
        var found = Account.Catalog.Find(kind, full);
        if (found is null || (kind is not (ObjectKind.Table or ObjectKind.View) && found.Kind != kind) || !Account.Access.Sees(role ?? Role, found))
            throw SqlException.NotFound(AccessControl.NotFoundWord(kind), full.ToString());
        return found;
    }

    public T Resolve<T>(ObjectKind kind, ObjectName name, string? privilege, string? role = null)
        where T : CatalogObject
    {
        var found = Resolve(kind, name, role);
        if (found is not T typed)
            throw SqlException.NotFound(AccessControl.NotFoundWord(kind), found.Name.ToString());
        if (privilege is not null)
            Account.Access.Require(role ?? Role, privilege, found);
        return typed;
    }
}
