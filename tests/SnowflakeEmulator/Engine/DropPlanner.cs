namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What DROP changes.</summary>
internal sealed class DropPlanner(EmulatedAccount account, SqlContext context)
{
    public DdlChange Plan(Statement.Drop drop)
    {
        CatalogObject item;
        try
        {
            item = context.Resolve(drop.Kind, drop.Name);
        }
        catch (SqlException exception) when (drop.IfExists && exception.Code is "002003")
        {
            return DdlChange.Nothing("Drop statement executed successfully.");
        }
        if (item.Kind != drop.Kind)
            throw SqlException.NotFound(AccessControl.NotFoundWord(drop.Kind), item.Name.ToString());
        account.Access.Require(context.Role, "OWNERSHIP", item);
        var doomed = item.Kind is ObjectKind.Database or ObjectKind.Schema ? account.Catalog.Inside(item).Append(item).ToList() : [item];
        return new DdlChange($"{item.Name.Last} successfully dropped.", [.. doomed.SelectMany(Physical)], () =>
        {
            foreach (var one in doomed)
                Remove(account, one);
        });
    }

    public static IEnumerable<string> Physical(CatalogObject item) => item switch
    {
        TableObject table => [$"DROP TABLE IF EXISTS {table.Physical}", $"DROP TABLE IF EXISTS {table.Gone}"],
        StreamObject stream => [$"DELETE FROM sys_streams WHERE id = {stream.Id}"],
        _ => [],
    };

    public static void Remove(EmulatedAccount account, CatalogObject item)
    {
        account.Catalog.Remove(item);
        if (item is not RoleObject role)
            return;
        foreach (var other in account.Catalog.All.Append(account.Catalog.Account))
        {
            other.Grants = other.Grants.RemoveAll(grant => grant.Role == role.Name.Last);
            if (other.Owner == role.Name.Last)
                other.Owner = "ACCOUNTADMIN";
        }
        foreach (var heir in account.Catalog.Of<RoleObject>())
            heir.Inherits = heir.Inherits.Remove(role.Name.Last);
        foreach (var user in account.Catalog.Of<UserObject>())
            user.Roles = user.Roles.Remove(role.Name.Last);
    }
}
