namespace CustomerTrack.SnowflakeEmulator;

/// <summary>
/// Who may do what. Stricter than an account's default in one point: secondary roles are never active, so a privilege that a
/// statement needs must come through the primary role.
/// </summary>
internal sealed class AccessControl(AccountCatalog catalog)
{
    /// <summary>The role, all it inherits, and PUBLIC.</summary>
    public IReadOnlySet<string> Closure(string role)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { "PUBLIC" };
        var open = new Stack<string>([role]);
        while (open.TryPop(out var name))
        {
            if (seen.Add(name) && catalog.Find<RoleObject>(ObjectKind.Role, ObjectName.Of(name)) is { } found)
            {
                foreach (var inherited in found.Inherits)
                    open.Push(inherited);
            }
        }
        return seen;
    }

    public bool Owns(string role, CatalogObject item) => item.Owner is { } owner && Closure(role).Contains(owner);

    public bool Has(string role, string privilege, CatalogObject item)
    {
        var roles = Closure(role);
        if (item.Kind == ObjectKind.Account && roles.Contains("ACCOUNTADMIN"))
            return true;
        return (item.Owner is { } owner && roles.Contains(owner)) || item.Grants.Any(grant => grant.Privilege == privilege && roles.Contains(grant.Role));
    }

    public bool HasOnAccount(string role, string privilege) => Has(role, privilege, catalog.Account);

    /// <summary>Whether the role may know that the object exists.</summary>
    public bool Sees(string role, CatalogObject item)
    {
        var roles = Closure(role);
        if (item.Kind == ObjectKind.Role || (item.Kind == ObjectKind.User && HasOnAccount(role, "MANAGE GRANTS")))
            return true;
        if (!(item.Owner is { } owner && roles.Contains(owner)) && !item.Grants.Any(grant => roles.Contains(grant.Role)))
            return false;
        return UsesContainers(role, item);
    }

    private bool UsesContainers(string role, CatalogObject item)
    {
        var parts = item.Name.Parts;
        if (item.Kind != ObjectKind.Schema && !Kinds.InSchema(item.Kind))
            return true;
        if (catalog.Find(ObjectKind.Database, ObjectName.Of(parts[0])) is not { } database || !UsesOrOwns(role, database))
            return false;
        return parts.Count < 3 || (catalog.Find(ObjectKind.Schema, ObjectName.Of(parts[0], parts[1])) is { } schema && UsesOrOwns(role, schema));
    }

    private bool UsesOrOwns(string role, CatalogObject container)
    {
        var roles = Closure(role);
        return (container.Owner is { } owner && roles.Contains(owner)) || container.Grants.Any(grant => roles.Contains(grant.Role) && grant.Privilege == "USAGE");
    }

    /// <summary>Throws as Snowflake does: what the role cannot see does not exist; what it sees but may not touch is denied.</summary>
    public void Require(string role, string privilege, CatalogObject item)
    {
        if (item.Kind == ObjectKind.Account)
        {
            if (!HasOnAccount(role, privilege))
                throw SqlException.Denied("account", "ACCOUNT");
            return;
        }
        if (!Sees(role, item))
            throw SqlException.NotFound(NotFoundWord(item.Kind), item.Name.ToString());
        if (privilege == "OWNERSHIP" ? !Owns(role, item) : !Has(role, privilege, item))
            throw SqlException.Denied(item.DisplayWord, item.Name.Last);
    }

    public static string NotFoundWord(ObjectKind kind) => kind switch
    {
        ObjectKind.Table or ObjectKind.View or ObjectKind.Stream => "Object",
        _ => Capital(Kinds.Word(kind)),
    };

    private static string Capital(string word) => word[0] + word[1..].ToLowerInvariant().Replace('_', ' ');

    /// <summary>Whether the role may give privileges on the object away.</summary>
    public void RequireGrantable(string role, CatalogObject item)
    {
        if (HasOnAccount(role, "MANAGE GRANTS"))
            return;
        if (!Sees(role, item))
            throw SqlException.NotFound(NotFoundWord(item.Kind), item.Name.ToString());
        if (!Owns(role, item))
            throw new SqlException("003001", "42501", $"SQL access control error:\nGrant not executed: Insufficient privileges on {item.DisplayWord} '{item.Name.Last}'.");
    }
}
