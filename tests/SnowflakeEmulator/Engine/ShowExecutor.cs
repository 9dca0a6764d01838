using System.Globalization;
using System.Text.RegularExpressions;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>SHOW: what the role may see, with the columns that matter.</summary>
internal sealed class ShowExecutor(SqlContext context)
{
    private readonly EmulatedAccount _account = context.Account;

    public StatementResult Show(ShowRequest request) => request.What switch
    {
        "GRANTS TO" => GrantsTo(request),
        "GRANTS OF" => GrantsOf(request.In!.Last),
        "GRANTS ON" => GrantsOn(request),
        "PARAMETERS" => Parameters(request.Like),
        "COLUMNS" => Columns(request),
        _ => Objects(request),
    };

    private StatementResult Objects(ShowRequest request)
    {
        var kind = request.Kind!.Value;
        IEnumerable<CatalogObject> items = _account.Catalog.All.Where(item => item.Kind == kind && _account.Access.Sees(context.Role, item));
        if (request.In is { } name)
        {
            var container = context.Resolve(request.InKind!.Value, name);
            items = items.Where(item => item.Name.Parts.Take(container.Name.Parts.Count).SequenceEqual(container.Name.Parts, StringComparer.Ordinal));
        }
        else if (request.InKind is null && Kinds.InSchema(kind) && context is { Database: { } database })
            items = items.Where(item => item.Name.Parts[0] == database && (context.Schema is null || item.Name.Parts[1] == context.Schema));
        if (request.Like is { } like)
            items = items.Where(item => Like(like).IsMatch(item.Name.Last));
        if (request.StartsWith is { } start)
            items = items.Where(item => item.Name.Last.StartsWith(start, StringComparison.Ordinal));
        var list = items.OrderBy(item => item.Name.ToString(), StringComparer.Ordinal).Take((int)(request.Limit ?? 10_000)).ToList();
        var shape = Shape(kind);
        return new StatementResult([.. shape.Select(column => ResultColumn.Text(column.Name))], [.. list.Select(item => shape.Select(column => column.Value(item)).ToArray())], StatementResult.Show);
    }

    private static Regex Like(string pattern) =>
        new($"^{Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase | RegexOptions.Singleline, TimeSpan.FromSeconds(1));

    private List<(string Name, Func<CatalogObject, string?> Value)> Shape(ObjectKind kind)
    {
        List<(string, Func<CatalogObject, string?>)> columns = [("created_on", item => item.Created.ToString("O", CultureInfo.InvariantCulture)), ("name", item => item.Name.Last)];
        if (kind == ObjectKind.Schema)
            columns.Add(("database_name", item => item.Name.Parts[0]));
        else if (Kinds.InSchema(kind))
        {
            columns.Add(("database_name", item => item.Name.Parts[0]));
            columns.Add(("schema_name", item => item.Name.Parts[1]));
        }
        columns.Add(("owner", item => item.Owner ?? ""));
        columns.Add(("comment", item => item.Comment));
        switch (kind)
        {
            case ObjectKind.Table:
                columns.Add(("kind", item => ((TableObject)item).Transient ? "TRANSIENT" : "TABLE"));
                columns.Add(("rows", item => context.Session.Duck.Scalar($"SELECT count(*) FROM {((TableObject)item).Physical}")));
                break;
            case ObjectKind.View:
                columns.Add(("text", item => ((ViewObject)item).Text));
                columns.Add(("is_secure", item => ((ViewObject)item).Secure ? "true" : "false"));
                break;
            case ObjectKind.Stream:
                columns.Add(("table_name", item => ((StreamObject)item).TableName.ToString()));
                columns.Add(("type", _ => "DELTA"));
                columns.Add(("stale", item => _account.Catalog.ById(((StreamObject)item).TableId) is null ? "true" : "false"));
                columns.Add(("mode", _ => "APPEND_ONLY"));
                break;
            case ObjectKind.Pipe:
                columns.Add(("definition", item => ((PipeObject)item).Definition));
                columns.Add(("notification_channel", item => ((PipeObject)item).AutoIngest ? "arn:aws:sqs:us-east-1:000000000000:sf-snowpipe-emulated" : null));
                break;
            case ObjectKind.Task:
                columns.Add(("warehouse", item => ((TaskObject)item).Warehouse));
                columns.Add(("schedule", item => ((TaskObject)item).Schedule));
                columns.Add(("state", item => ((TaskObject)item).Started ? "started" : "suspended"));
                columns.Add(("definition", item => ((TaskObject)item).Definition));
                columns.Add(("condition", item => ((TaskObject)item).Condition));
                break;
            case ObjectKind.Warehouse:
                columns.Add(("state", item => ((WarehouseObject)item).Report().State));
                columns.Add(("size", item => item.Properties.Scalar("WAREHOUSE_SIZE") ?? "XSMALL"));
                columns.Add(("auto_suspend", item => item.Properties.Scalar("AUTO_SUSPEND") ?? "600"));
                break;
            case ObjectKind.Stage:
                columns.Add(("url", item => item.Properties.Scalar("URL")));
                columns.Add(("storage_integration", item => item.Properties.Scalar("STORAGE_INTEGRATION")));
                break;
            case ObjectKind.FileFormat or ObjectKind.Integration:
                columns.Add(("type", item => item.Properties.Scalar("TYPE")));
                break;
        }
        return columns;
    }

    private StatementResult Columns(ShowRequest request)
    {
        var item = context.Resolve(ObjectKind.Table, request.In ?? throw SqlException.NotEmulated("SHOW COLUMNS without a table"));
        var columns = item switch { TableObject table => table.Columns, ViewObject view => view.Columns, _ => [] };
        return new StatementResult(
            [.. new[] { "table_name", "schema_name", "column_name", "data_type", "null?", "default", "kind", "comment", "database_name" }.Select(ResultColumn.Text)],
            [.. columns.Select(column => new string?[] { item.Name.Parts[2], item.Name.Parts[1], column.Name, column.Type.ToString(), column.NotNull ? "false" : "true", column.Default, "COLUMN", column.Comment, item.Name.Parts[0] })],
            StatementResult.Show);
    }

    private StatementResult Parameters(string? like)
    {
        var rows = new List<string?[]> { new[] { "TIMEZONE", context.Session.TimeZone, "America/Los_Angeles", "" } };
        rows.AddRange(context.Session.Properties.All.Where(pair => pair.Key != "TIMEZONE").Select(pair => new[] { pair.Key, pair.Value.Display, "", "SESSION" }));
        return new StatementResult(
            [.. new[] { "key", "value", "default", "level" }.Select(ResultColumn.Text)], [.. rows.Where(row => like is null || Like(like).IsMatch(row[0]!))], StatementResult.Show);
    }

    private static StatementResult Grants(IEnumerable<(string Privilege, CatalogObject On, string Role)> grants) => new(
        [.. new[] { "created_on", "privilege", "granted_on", "name", "granted_to", "grantee_name", "grant_option", "granted_by" }.Select(ResultColumn.Text)],
        [.. grants.Select(grant => new string?[] { grant.On.Created.ToString("O", CultureInfo.InvariantCulture), grant.Privilege, grant.On.Word, grant.On.Name.ToString(), "ROLE", grant.Role, grant.Privilege == "OWNERSHIP" ? "true" : "false", "" })],
        StatementResult.Show);

    private static IEnumerable<(string Privilege, CatalogObject On, string Role)> GrantsOf(CatalogObject item)
    {
        if (item.Owner is { } owner)
            yield return ("OWNERSHIP", item, owner);
        foreach (var grant in item.Grants)
            yield return (grant.Privilege, item, grant.Role);
    }

    private StatementResult GrantsTo(ShowRequest request)
    {
        if (request.Kind == ObjectKind.User)
        {
            var user = _account.Catalog.Find<UserObject>(ObjectKind.User, request.In!) ?? throw SqlException.NotFound("User", request.In!.ToString());
            return new StatementResult(
                [.. new[] { "created_on", "role", "granted_to", "grantee_name", "granted_by" }.Select(ResultColumn.Text)],
                [.. user.Roles.Order(StringComparer.Ordinal).Select(role => new string?[] { "", role, "USER", user.Name.Last, "" })],
                StatementResult.Show);
        }
        var name = context.Resolve(ObjectKind.Role, request.In!).Name.Last;
        var inherited = _account.Catalog.Find<RoleObject>(ObjectKind.Role, request.In!)!.Inherits
            .Select(role => _account.Catalog.Find(ObjectKind.Role, ObjectName.Of(role))).OfType<CatalogObject>().Select(role => ("USAGE", role, name));
        return Grants(_account.Catalog.All.Append(_account.Catalog.Account).SelectMany(GrantsOf).Where(grant => grant.Role == name).Concat(inherited)
            .OrderBy(grant => grant.Item2.Name.ToString(), StringComparer.Ordinal).ThenBy(grant => grant.Item1, StringComparer.Ordinal));
    }

    private StatementResult GrantsOf(string role)
    {
        var roles = _account.Catalog.Of<RoleObject>().Where(other => other.Inherits.Contains(role)).Select(other => new string?[] { "", role, "ROLE", other.Name.Last, "" });
        var users = _account.Catalog.Of<UserObject>().Where(user => user.Roles.Contains(role)).Select(user => new string?[] { "", role, "USER", user.Name.Last, "" });
        return new StatementResult([.. new[] { "created_on", "role", "granted_to", "grantee_name", "granted_by" }.Select(ResultColumn.Text)], [.. roles.Concat(users)], StatementResult.Show);
    }

    private StatementResult GrantsOn(ShowRequest request) => Grants(GrantsOf(request.Kind == ObjectKind.Account ? _account.Catalog.Account : context.Resolve(request.Kind!.Value, request.In!)));
}
