namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What GRANT and REVOKE change.</summary>
internal sealed class GrantPlanner(EmulatedAccount account, SqlContext context)
{
    private const string Done = "Statement executed successfully.";

    public DdlChange Plan(GrantStatement grant)
    {
        var role = RequireRole(grant.Role);
        if (grant.Privileges is ["OWNERSHIP"])
            return Ownership(grant, role);
        if (grant.Container is { } containerKind)
            return InContainer(grant, context.Resolve(containerKind, grant.Name!), role);
        var item = grant.Kind == ObjectKind.Account ? account.Catalog.Account : context.Resolve(grant.Kind, grant.Name!);
        if (item.Kind != grant.Kind)
            throw SqlException.NotFound(AccessControl.NotFoundWord(grant.Kind), item.Name.ToString());
        account.Access.RequireGrantable(context.Role, item);
        var grants = Grants(grant.Kind, grant.Privileges, role);
        var missing = grants.Where(one => item.Grants.Contains(one) == grant.Revoke).ToList();
        return missing.Count == 0 ? DdlChange.Nothing(Done) : DdlChange.Of(Done, () => item.Grants = grant.Revoke ? item.Grants.RemoveRange(missing) : item.Grants.AddRange(missing));
    }

    public DdlChange Plan(Statement.GrantRole grant)
    {
        var role = account.Catalog.Find<RoleObject>(ObjectKind.Role, ObjectName.Of(grant.Role)) ?? throw SqlException.NotFound("Role", grant.Role);
        account.Access.RequireGrantable(context.Role, role);
        if (grant.ToUser is { } userName)
        {
            var user = account.Catalog.Find<UserObject>(ObjectKind.User, ObjectName.Of(userName)) ?? throw SqlException.NotFound("User", userName);
            return user.Roles.Contains(grant.Role) != grant.Revoke
                ? DdlChange.Nothing(Done)
                : DdlChange.Of(Done, () => user.Roles = grant.Revoke ? user.Roles.Remove(grant.Role) : user.Roles.Add(grant.Role));
        }
        var heir = account.Catalog.Find<RoleObject>(ObjectKind.Role, ObjectName.Of(grant.ToRole!)) ?? throw SqlException.NotFound("Role", grant.ToRole!);
        if (!grant.Revoke && account.Access.Closure(grant.Role).Contains(grant.ToRole!))
            throw new SqlException("003047", "42501", $"SQL access control error:\nRole grant cycle: {grant.ToRole} is granted to {grant.Role} already.");
        return heir.Inherits.Contains(grant.Role) != grant.Revoke
            ? DdlChange.Nothing(Done)
            : DdlChange.Of(Done, () => heir.Inherits = grant.Revoke ? heir.Inherits.Remove(grant.Role) : heir.Inherits.Add(grant.Role));
    }

    private string RequireRole(string name) => account.Catalog.Find(ObjectKind.Role, ObjectName.Of(name)) is null ? throw SqlException.NotFound("Role", name) : name;

    private static List<Grant> Grants(ObjectKind kind, IReadOnlyList<string> privileges, string role)
    {
        var known = Privileges.Of(kind);
        if (privileges is ["ALL PRIVILEGES"])
            return [.. known.Select(privilege => new Grant(privilege, role))];
        foreach (var privilege in privileges)
        {
            if (!known.Contains(privilege))
                throw new SqlException("003011", "42501", $"SQL compilation error:\nInvalid privilege '{privilege}' for {Kinds.Word(kind)}.");
        }
        return [.. privileges.Select(privilege => new Grant(privilege, role))];
    }

    private DdlChange InContainer(GrantStatement grant, CatalogObject container, string role)
    {
        var grants = Grants(grant.Kind, grant.Privileges, role);
        if (grant.Future)
        {
            account.Access.RequireGrantable(context.Role, container);
            var future = grants.Select(one => new FutureGrant(grant.Kind, one.Privilege, one.Role)).Where(one => container.FutureGrants.Contains(one) == grant.Revoke).ToList();
            return future.Count == 0
                ? DdlChange.Nothing(Done)
                : DdlChange.Of(Done, () => container.FutureGrants = grant.Revoke ? container.FutureGrants.RemoveRange(future) : container.FutureGrants.AddRange(future));
        }
        var items = account.Catalog.Inside(container).Where(item => item.Kind == grant.Kind).ToList();
        foreach (var item in items)
            account.Access.RequireGrantable(context.Role, item);
        var missing = items.SelectMany(item => grants.Where(one => item.Grants.Contains(one) == grant.Revoke).Select(one => (item, one))).ToList();
        return missing.Count == 0 ? DdlChange.Nothing(Done) : DdlChange.Of(Done, () =>
        {
            foreach (var (item, one) in missing)
                item.Grants = grant.Revoke ? item.Grants.Remove(one) : item.Grants.Add(one);
        });
    }

    private DdlChange Ownership(GrantStatement grant, string role)
    {
        if (grant.Revoke || grant.Future)
            throw SqlException.NotEmulated("REVOKE OWNERSHIP and future ownership");
        List<CatalogObject> items = grant.Container is { } kind
            ? [.. account.Catalog.Inside(context.Resolve(kind, grant.Name!)).Where(item => item.Kind == grant.Kind)]
            : [context.Resolve(grant.Kind, grant.Name!)];
        foreach (var item in items)
        {
            account.Access.RequireGrantable(context.Role, item);
            if (!item.Grants.IsEmpty && !grant.CopyCurrentGrants && item.Owner != role)
                throw new SqlException("003036", "42501", $"SQL execution error:\nDependent grant of privilege '{item.Grants[0].Privilege}' on '{item.Name}' to role '{item.Grants[0].Role}' must be revoked first (or COPY CURRENT GRANTS).");
            if (item is PipeObject { Paused: false } && item.Owner != role)
                throw new SqlException("091002", "55000", $"Pipe '{item.Name}' has to be paused before its ownership changes.");
        }
        return items.TrueForAll(item => item.Owner == role) ? DdlChange.Nothing(Done) : DdlChange.Of(Done, () =>
        {
            foreach (var item in items)
            {
                item.Owner = role;
                if (item is TaskObject task)
                    task.Started = false;
            }
        });
    }
}
