using System.Collections.Immutable;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What CREATE changes.</summary>
internal sealed class CreatePlanner(EmulatedAccount account, SqlContext context, long id, DateTimeOffset at)
{
    private readonly AccountCatalog _catalog = account.Catalog;

    public DdlChange Plan(Statement.Create create)
    {
        var name = context.Complete(create.Kind, create.Name);
        var container = Container(create.Kind, name);
        var existing = _catalog.Find(create.Kind, name);
        if (create.Kind == ObjectKind.Schema && name.Last == "INFORMATION_SCHEMA")
            throw SqlException.Exists("SCHEMA", name.ToString());
        if (create.Mode == CreateMode.IfNotExists && existing is not null)
            return DdlChange.Nothing($"{name.Last} already exists, statement succeeded.");
        account.Access.Require(context.Role, Privileges.ToCreate(create.Kind), container);
        if (existing is not null && create.Mode == CreateMode.Create)
            throw SqlException.Exists(Kinds.Word(create.Kind), name.Last);
        if (existing is not null && existing.Kind != create.Kind)
            throw SqlException.Exists(existing.Word, name.Last);
        if (existing is not null)
            account.Access.Require(context.Role, "OWNERSHIP", existing);
        if (existing is not null && create.Mode == CreateMode.OrAlter)
            return OrAlter(existing, create);
        var physical = new List<string>();
        var item = Make(create, name, physical, out var log);
        item.Properties = create.Body.Properties.Copy();
        item.Tags = Tags(create.Body.Tags);
        if (existing is not null && create.Body is ObjectBody.View { CopyGrants: true })
            item.Grants = existing.Grants;
        if (existing is not null)
            physical.InsertRange(0, DropPlanner.Physical(existing));
        var future = Future(container, create.Kind);
        return new DdlChange(Message(create.Kind, name), physical, () =>
        {
            if (existing is not null)
                DropPlanner.Remove(account, existing);
            item.Grants = item.Grants.AddRange(future);
            _catalog.Put(item);
            if (create.Kind == ObjectKind.Database)
                _catalog.Put(new CatalogObject(ObjectKind.Schema, ObjectName.Of(name.Last, "PUBLIC"), id + 1, context.Role, at));
        })
        { Log = log };
    }

    private static string Message(ObjectKind kind, ObjectName name) => $"{Kinds.Word(kind)[0]}{Kinds.Word(kind)[1..].ToLowerInvariant().Replace('_', ' ')} {name.Last} successfully created.";

    private CatalogObject Container(ObjectKind kind, ObjectName name)
    {
        if (kind == ObjectKind.Schema)
            return context.Resolve(ObjectKind.Database, ObjectName.Of(name.Parts[0]));
        return Kinds.InSchema(kind) ? context.Resolve(ObjectKind.Schema, ObjectName.Of(name.Parts[0], name.Parts[1])) : _catalog.Account;
    }

    private IEnumerable<Grant> Future(CatalogObject container, ObjectKind kind)
    {
        var grants = container.FutureGrants;
        if (container.Kind == ObjectKind.Schema && grants.IsEmpty && _catalog.Find(ObjectKind.Database, ObjectName.Of(container.Name.Parts[0])) is { } database)
            grants = database.FutureGrants;
        return [.. grants.Where(grant => grant.Kind == kind).Select(grant => new Grant(grant.Privilege, grant.Role))];
    }

    private ImmutableDictionary<string, string> Tags(IReadOnlyList<(ObjectName Tag, string Value)> tags) => AlterPlanner.WithTags(account, context, ImmutableDictionary<string, string>.Empty, tags);

    private CatalogObject Make(Statement.Create create, ObjectName name, List<string> physical, out string? log)
    {
        log = null;
        var owner = context.Role;
        switch (create.Body)
        {
            case ObjectBody.Table body:
                return Table(create, body, name, physical, out log);
            case ObjectBody.View body:
                return View(create, body, name, out log);
            case ObjectBody.Stream body:
                return Stream(body, name, physical);
            case ObjectBody.Pipe body:
                CheckCopy(body.Copy);
                return new PipeObject(name, id, owner, at) { Copy = Completed(body.Copy), Definition = body.Definition };
            case ObjectBody.Procedure body:
                return new ProcedureObject(name, id, owner, at) { Arguments = body.Arguments, Body = ScriptParser.Parse(body.Script), Script = body.Script, AsOwner = body.AsOwner };
            case ObjectBody.Task body:
                TaskRules.Check(account, context, body.Properties, body.Condition);
                return new TaskObject(name, id, owner, at) { Condition = body.Condition, Definition = body.Definition };
            case ObjectBody.Tag body:
                return new TagObject(name, id, owner, at) { AllowedValues = [.. body.AllowedValues] };
            case ObjectBody.Policy body:
                return new PolicyObject(name, id, owner, at) { Argument = body.Argument, Type = body.Type, Expression = body.Expression };
        }
        var properties = create.Body.Properties;
        switch (create.Kind)
        {
            case ObjectKind.Role:
                return new RoleObject(name, id, owner, at);
            case ObjectKind.User:
                return User(name, properties);
            case ObjectKind.Warehouse:
                var warehouse = new WarehouseObject(name, id, owner, at, account.Clock) { Properties = properties };
                if (!account.Replaying && !properties.Flag("INITIALLY_SUSPENDED", otherwise: false))
                    warehouse.Resume();
                return warehouse;
            case ObjectKind.Integration:
                CheckIntegration(properties);
                break;
            case ObjectKind.FileFormat when properties.Scalar("TYPE") is not "PARQUET":
                throw SqlException.NotEmulated($"file formats of type {properties.Scalar("TYPE") ?? "CSV"}");
            case ObjectKind.Stage:
                CheckStage(properties);
                break;
        }
        return new CatalogObject(create.Kind, name, id, owner, at);
    }

    private UserObject User(ObjectName name, PropertySet properties)
    {
        if (properties.Scalar("TYPE") is "SERVICE" && properties.Scalar("PASSWORD") is not null)
            throw SqlException.Invalid("A user of type SERVICE has no password.");
        var user = new UserObject(name, id, context.Role, at) { Properties = properties };
        _ = user.PublicKeys.Count();
        return user;
    }

    private static void CheckIntegration(PropertySet properties)
    {
        if (properties.Scalar("TYPE") is not "EXTERNAL_STAGE" || properties.Scalar("STORAGE_PROVIDER") is not ("S3" or "S3GOV" or "S3CHINA"))
            throw SqlException.NotEmulated("integrations other than TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3'");
        if (properties.Scalar("STORAGE_AWS_ROLE_ARN") is null || properties["STORAGE_ALLOWED_LOCATIONS"]?.List is not { Count: > 0 } locations)
            throw SqlException.Invalid("Missing option(s): [STORAGE_AWS_ROLE_ARN, STORAGE_ALLOWED_LOCATIONS].");
        foreach (var location in locations)
        {
            if (location != "*" && !location.StartsWith("s3", StringComparison.Ordinal))
                throw SqlException.InvalidValue(location, "STORAGE_ALLOWED_LOCATIONS");
        }
    }

    private void CheckStage(PropertySet properties)
    {
        var url = properties.Scalar("URL") ?? throw SqlException.NotEmulated("internal stages");
        if (!url.StartsWith("s3://", StringComparison.Ordinal) || !url.EndsWith('/'))
            throw SqlException.InvalidValue(url, "URL (the emulator wants s3://… with a slash at the end: without one it matches other names too)");
        var integration = context.Resolve<CatalogObject>(
            ObjectKind.Integration, ObjectName.Parse(properties.Scalar("STORAGE_INTEGRATION") ?? throw SqlException.NotEmulated("stages without a storage integration")), "USAGE");
        StageFiles.CheckAllowed(integration, url);
    }

    private void CheckCopy(CopyStatement copy)
    {
        var table = context.Resolve<TableObject>(ObjectKind.Table, copy.Table, "INSERT");
        account.Access.Require(context.Role, "SELECT", table);
        context.Resolve<CatalogObject>(ObjectKind.Stage, copy.Stage.Name, "USAGE");
        account.Files.Format(context, copy);
        foreach (var (column, metadata) in copy.Options["INCLUDE_METADATA"]?.Nested?.All ?? [])
        {
            if (table.Column(ObjectName.Parse(column).Last) is null)
                throw new SqlException("000904", "42000", $"SQL compilation error:\ninvalid identifier '{column}'");
            StageFiles.Metadata(metadata.Scalar ?? "", "", DateTimeOffset.UnixEpoch, 0);
        }
    }

    private CopyStatement Completed(CopyStatement copy) => copy with
    {
        Table = context.Complete(ObjectKind.Table, copy.Table),
        Stage = copy.Stage with { Name = context.Complete(ObjectKind.Stage, copy.Stage.Name) },
    };

    private StreamObject Stream(ObjectBody.Stream body, ObjectName name, List<string> physical)
    {
        if (!body.Properties.Flag("APPEND_ONLY", otherwise: false))
            throw SqlException.NotEmulated("streams without APPEND_ONLY = TRUE");
        if (body.Properties.Flag("SHOW_INITIAL_ROWS", otherwise: false))
            throw SqlException.NotEmulated("SHOW_INITIAL_ROWS");
        var table = context.Resolve<TableObject>(ObjectKind.Table, body.On, "SELECT");
        physical.Add($"CREATE TABLE IF NOT EXISTS {table.Gone} AS SELECT * FROM {table.Physical} WHERE FALSE");
        physical.Add($"INSERT INTO sys_streams SELECT {id}, {table.Id}, coalesce(max(n), 0) FROM sys_commits");
        return new StreamObject(name, id, context.Role, at) { TableId = table.Id, TableName = table.Name };
    }

    private TableObject Table(Statement.Create create, ObjectBody.Table body, ObjectName name, List<string> physical, out string? log)
    {
        log = null;
        if (body.Temporary)
            throw SqlException.NotEmulated("temporary tables");
        var table = new TableObject(name, id, context.Role, at) { Transient = body.Transient };
        var columns = body.Columns.Select(column => Column(column)).ToImmutableList();
        if (body.Query is null)
        {
            physical.Add(CreateTable(table, columns));
            table.Columns = columns;
            return table;
        }
        if (columns.Count > 0)
            throw SqlException.NotEmulated("CREATE TABLE … AS with a list of columns");
        var sql = QueryTranslator.Translate(body.Query, context, new References());
        columns = [.. context.Session.Duck.Describe(sql).Select(column => new TableColumn(DuckName.Decode(column.Name), FromDuck(column.Type), false, null, null, null, ImmutableDictionary<string, string>.Empty))];
        table.Columns = columns;
        physical.Add(CreateTable(table, columns));
        physical.Add($"INSERT INTO {table.Physical} SELECT *, 0 FROM ({sql})");
        var replace = create.Mode == CreateMode.OrReplace ? "OR REPLACE " : "";
        log = $"CREATE {replace}{(body.Transient ? "TRANSIENT " : "")}TABLE {name} ({string.Join(", ", columns.Select(column => $"{ObjectName.Quote(column.Name)} {column.Type}"))})";
        return table;
    }

    private static DataType FromDuck(string type)
    {
        var wire = WireType.Column("", type);
        return wire.Type switch
        {
            "fixed" => new DataType("FIXED", wire.Precision, wire.Scale),
            "text" => new DataType("TEXT", 16777216, null),
            "binary" => new DataType("BINARY", 8388608, null),
            "timestamp_ntz" or "timestamp_ltz" or "time" => new DataType(wire.Type.ToUpperInvariant(), null, wire.Scale),
            _ => new DataType(wire.Type.ToUpperInvariant(), null, null),
        };
    }

    private TableColumn Column(ColumnDefinition column) => NewColumn(account, context, column);

    public static TableColumn NewColumn(EmulatedAccount account, SqlContext context, ColumnDefinition column)
    {
        var policy = column.Policy is null ? null : AlterPlanner.Applicable(account, context, column.Policy).Name;
        return new TableColumn(
            column.Name, column.Type, column.NotNull, column.Default, column.Comment, policy, AlterPlanner.WithTags(account, context, ImmutableDictionary<string, string>.Empty, column.Tags));
    }

    private string CreateTable(TableObject table, ImmutableList<TableColumn> columns)
    {
        if (columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SqlException("002025", "42S21", $"SQL compilation error:\nduplicate column name '{twice.Key}'");
        return $"CREATE TABLE {table.Physical} ({string.Join(", ", columns.Select(column => PhysicalColumn(context, column)))}, \"$tx\" BIGINT)";
    }

    public static string PhysicalColumn(SqlContext context, TableColumn column)
    {
        var name = DuckName.Quote(column.Name);
        var sql = $"{name} {column.Type.Duck}{(column.NotNull ? " NOT NULL" : "")}";
        if (column.Default is { } text)
            sql += $" DEFAULT {QueryTranslator.TranslateExpression(text, context, new References())}";
        return column.Type is { Kind: "TEXT", Size: < 16777216 and var size } ? $"{sql} CHECK (length({name}) <= {size})" : sql;
    }

    private ViewObject View(Statement.Create create, ObjectBody.View body, ObjectName name, out string? log)
    {
        // A view's bare names are its own schema's, and what it may read its owner says: both hold from the start. A restart
        // reads the types when all tables are known.
        List<(string Name, string Type)> described;
        if (account.Replaying)
            described = [.. body.Columns.Select(column => (DuckName.Encode(column.Name), "VARCHAR"))];
        else
        {
            var inside = context with { Database = name.Parts[0], Schema = name.Parts[1], Variables = null };
            described = context.Session.Duck.Describe(QueryTranslator.Translate(body.Query, inside, new References()));
        }
        if (body.Columns.Count > 0 && described.Count != body.Columns.Count)
            throw new SqlException("002057", "42601", $"SQL compilation error:\nInvalid view: its list has {body.Columns.Count} columns, its query {described.Count}.");
        var columns = described.Select((column, i) =>
        {
            var type = FromDuck(column.Type);
            if (i >= body.Columns.Count)
                return new TableColumn(DuckName.Decode(column.Name), type, false, null, null, null, ImmutableDictionary<string, string>.Empty);
            var made = NewColumn(account, context, body.Columns[i]) with { Type = type };
            if (made.Policy is { } policy && !account.Replaying)
                AlterPlanner.CheckType(account, policy, type);
            return made;
        }).ToImmutableList();
        if (columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SqlException("002025", "42S21", $"SQL compilation error:\nduplicate column name '{twice.Key}'");
        log = body.Columns.Count > 0
            ? null
            : $"CREATE OR REPLACE {(body.Secure ? "SECURE " : "")}VIEW {name} ({string.Join(", ", columns.Select(column => ObjectName.Quote(column.Name)))}){(body.CopyGrants ? " COPY GRANTS" : "")} AS {body.Query}";
        return new ViewObject(name, id, context.Role, at) { Columns = columns, Query = body.Query, Text = create.Text, Secure = body.Secure };
    }

    /// <summary>A view's types, when a restart has read the whole log; a view whose tables are gone keeps what it has.</summary>
    public static void ReadTypes(SqlContext context, ViewObject view)
    {
        try
        {
            var inside = context with { Database = view.Name.Parts[0], Schema = view.Name.Parts[1] };
            var described = context.Session.Duck.Describe(QueryTranslator.Translate(view.Query, inside, new References(), view.Owner));
            view.Columns = [.. view.Columns.Zip(described, (column, found) => column with { Type = FromDuck(found.Type) })];
        }
        catch (SqlException)
        {
            // It fails in the same way when it is read.
        }
    }

    private DdlChange OrAlter(CatalogObject existing, Statement.Create create)
    {
        switch (existing)
        {
            case TaskObject task when create.Body is ObjectBody.Task body:
                TaskRules.Check(account, context, body.Properties, body.Condition);
                if (task.Started)
                    throw TaskRules.MustBeSuspended(task);
                return DdlChange.Of($"Task {task.Name.Last} successfully altered.", () =>
                {
                    // Options that CREATE OR ALTER does not know stay as they are.
                    var interval = task.Properties["USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS"];
                    task.Properties = body.Properties.Copy();
                    if (interval is not null && task.Properties["USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS"] is null)
                        task.Properties.Set("USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS", interval);
                    task.Condition = body.Condition;
                    task.Definition = body.Definition;
                });
            case RoleObject or WarehouseObject:
            case { Kind: ObjectKind.Database or ObjectKind.Schema }:
                return DdlChange.Of($"{existing.Name.Last} successfully altered.", () => existing.Properties.Merge(create.Body.Properties));
            case TableObject table when create.Body is ObjectBody.Table { Query: null } body:
                return AlterPlanner.ToColumns(account, context, table, body);
            default:
                throw SqlException.NotEmulated($"CREATE OR ALTER of an existing {existing.Word}");
        }
    }
}
