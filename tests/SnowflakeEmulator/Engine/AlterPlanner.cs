using System.Collections.Immutable;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What ALTER changes.</summary>
internal sealed class AlterPlanner(EmulatedAccount account, SqlContext context)
{
    private const string Done = "Statement executed successfully.";

    public DdlChange Plan(Statement.Alter alter)
    {
        CatalogObject item;
        try
        {
            item = context.Resolve(alter.Kind, alter.Name);
        }
        catch (SqlException exception) when (alter.IfExists && exception.Code is "002003")
        {
            return DdlChange.Nothing(Done);
        }
        if (item.Kind != alter.Kind)
            throw SqlException.NotFound(AccessControl.NotFoundWord(alter.Kind), item.Name.ToString());
        RequireFor(item, alter.Change);
        return alter.Change switch
        {
            Alteration.Set set => Set(item, set.Properties),
            Alteration.Unset unset => DdlChange.Of(Done, () => unset.Names.ToList().ForEach(item.Properties.Remove)),
            Alteration.SetTags tags => Tags(item, tags.Tags),
            Alteration.UnsetTags tags => DdlChange.Of(Done, () => item.Tags = item.Tags.RemoveRange(tags.Tags.Select(tag => context.Complete(ObjectKind.Tag, tag).ToString()))),
            Alteration.Resume resume => Resume(item, resume),
            Alteration.Suspend => Suspend(item),
            Alteration.AddColumns add => AddColumns(account, context, (TableObject)item, add.Columns, add.IfNotExists),
            Alteration.DropColumns drop => DropColumns((TableObject)item, drop),
            Alteration.Column column => Column(item, column),
            Alteration.RefreshPipe refresh => Refresh((PipeObject)item, refresh.Prefix),
            Alteration.TaskBody body => Task((TaskObject)item, task => task.Definition = body.Definition),
            Alteration.TaskCondition condition => TaskCondition((TaskObject)item, condition.Condition),
            Alteration.TagPolicy policy => TagPolicy((TagObject)item, policy),
            Alteration.AllowedValues values => DdlChange.Of(Done, () => AllowedValues((TagObject)item, values)),
            Alteration.PolicyBody body => DdlChange.Of(Done, () => ((PolicyObject)item).Expression = body.Expression),
            Alteration.Rename rename => Rename(item, rename.To),
            _ => throw SqlException.NotEmulated(alter.Change.GetType().Name),
        };
    }

    private void RequireFor(CatalogObject item, Alteration change)
    {
        switch (item, change)
        {
            case (WarehouseObject, Alteration.Set or Alteration.Unset):
                account.Access.Require(context.Role, "MODIFY", item);
                break;
            case (WarehouseObject or TaskObject, Alteration.Resume or Alteration.Suspend):
            case (PipeObject, Alteration.RefreshPipe or Alteration.Set):
                account.Access.Require(context.Role, "OPERATE", item);
                break;
            case (_, Alteration.SetTags tags):
                foreach (var (tag, _) in tags.Tags)
                    RequireApply(account, context, tag);
                break;
            case (_, Alteration.Column):
                account.Access.Require(context.Role, "OWNERSHIP", item);
                break;
            case (UserObject user, _) when user.Name.Last == context.Session.User:
                break;
            default:
                account.Access.Require(context.Role, "OWNERSHIP", item);
                break;
        }
    }

    private static void RequireApply(EmulatedAccount account, SqlContext context, ObjectName tag)
    {
        var found = context.Resolve<TagObject>(ObjectKind.Tag, tag, null);
        if (!account.Access.HasOnAccount(context.Role, "APPLY TAG"))
            account.Access.Require(context.Role, "APPLY", found);
    }

    /// <summary>The policy, if the role may put it on a column.</summary>
    public static PolicyObject Applicable(EmulatedAccount account, SqlContext context, ObjectName name)
    {
        var policy = context.Resolve<PolicyObject>(ObjectKind.MaskingPolicy, name, null);
        if (!account.Access.HasOnAccount(context.Role, "APPLY MASKING POLICY"))
            account.Access.Require(context.Role, "APPLY", policy);
        return policy;
    }

    public static void CheckType(EmulatedAccount account, ObjectName policy, DataType type)
    {
        if (account.Catalog.Find<PolicyObject>(ObjectKind.MaskingPolicy, policy) is { } found && found.Type.Kind != type.Kind)
            throw new SqlException("003527", "22023", $"SQL compilation error:\nThe type of the column ({type.Kind}) is not that of the masking policy {policy} ({found.Type.Kind}).");
    }

    public static ImmutableDictionary<string, string> WithTags(
        EmulatedAccount account, SqlContext context, ImmutableDictionary<string, string> tags, IReadOnlyList<(ObjectName Tag, string Value)> add)
    {
        foreach (var (name, value) in add)
        {
            RequireApply(account, context, name);
            var tag = context.Resolve<TagObject>(ObjectKind.Tag, name, null);
            if (tag.AllowedValues.Count > 0 && !tag.AllowedValues.Contains(value))
                throw new SqlException("391801", "22023", $"SQL compilation error:\nTag value '{value}' is not allowed for tag {tag.Name}.");
            tags = tags.SetItem(tag.Name.ToString(), value);
        }
        return tags;
    }

    private DdlChange Tags(CatalogObject item, IReadOnlyList<(ObjectName Tag, string Value)> tags)
    {
        var with = WithTags(account, context, item.Tags, tags);
        return DdlChange.Of(Done, () => item.Tags = with);
    }

    private DdlChange Set(CatalogObject item, PropertySet properties)
    {
        switch (item)
        {
            case TaskObject task:
                TaskRules.CheckValues(account, context, properties);
                return Task(task, changed => changed.Properties.Merge(properties));
            case UserObject:
                var copy = new UserObject(item.Name, item.Id, item.Owner, item.Created) { Properties = properties };
                _ = copy.PublicKeys.Count();
                break;
            case { Kind: ObjectKind.Stage } when properties.Scalar("URL") is { } url:
                var integration = item.Properties.Scalar("STORAGE_INTEGRATION");
                StageFiles.CheckAllowed(context.Resolve(ObjectKind.Integration, ObjectName.Parse(properties.Scalar("STORAGE_INTEGRATION") ?? integration!)), url);
                break;
            case PipeObject when properties["AUTO_INGEST"] is not null:
                throw SqlException.Invalid("AUTO_INGEST of a pipe cannot be altered.");
        }
        return DdlChange.Of(Done, () => item.Properties.Merge(properties));
    }

    private static DdlChange Task(TaskObject task, Action<TaskObject> change) =>
        task.Started ? throw TaskRules.MustBeSuspended(task) : DdlChange.Of(Done, () => change(task));

    private static DdlChange TaskCondition(TaskObject task, string condition)
    {
        TaskRules.CheckCondition(condition);
        return Task(task, changed => changed.Condition = condition);
    }

    private DdlChange Resume(CatalogObject item, Alteration.Resume resume)
    {
        switch (item)
        {
            case WarehouseObject warehouse:
                if (warehouse.Report().State == "STARTED" && !resume.IfSuspended && !account.Replaying)
                    throw new SqlException("090064", "22000", $"Invalid state. Warehouse '{warehouse.Name}' cannot be resumed.");
                return DdlChange.Of(Done, account.Replaying ? static () => { } : warehouse.Resume);
            case TaskObject task:
                if (task.Owner is null || !account.Access.HasOnAccount(task.Owner, "EXECUTE TASK"))
                    throw new SqlException("091088", "42501", "Cannot execute task, EXECUTE TASK privilege must be granted to owner role");
                return DdlChange.Of(Done, () =>
                {
                    task.Started = true;
                    task.FailuresInARow = 0;
                    task.FailedAt = null;
                });
            default:
                throw SqlException.NotEmulated($"RESUME of a {item.Word}");
        }
    }

    private DdlChange Suspend(CatalogObject item) => item switch
    {
        WarehouseObject warehouse => DdlChange.Of(Done, account.Replaying ? static () => { } : warehouse.Suspend),
        TaskObject task => DdlChange.Of(Done, () => task.Started = false),
        _ => throw SqlException.NotEmulated($"SUSPEND of a {item.Word}"),
    };

    public static DdlChange AddColumns(EmulatedAccount account, SqlContext context, TableObject table, IReadOnlyList<ColumnDefinition> definitions, bool ifNotExists)
    {
        var physical = new List<string>();
        var columns = table.Columns;
        foreach (var definition in definitions)
        {
            if (columns.Exists(column => column.Name == definition.Name))
            {
                if (ifNotExists)
                    continue;
                throw new SqlException("001430", "42S21", $"SQL compilation error:\ncolumn '{definition.Name}' already exists");
            }
            var column = CreatePlanner.NewColumn(account, context, definition);
            if (column.NotNull && !account.Replaying && context.Session.Duck.Any($"SELECT 1 FROM {table.Physical}"))
                throw new SqlException("002108", "22000", $"SQL compilation error:\nNon-nullable column '{column.Name}' cannot be added to non-empty table '{table.Name.Last}' unless it has a non-null default value.");
            physical.Add($"ALTER TABLE {table.Physical} ADD COLUMN {CreatePlanner.PhysicalColumn(context, column with { NotNull = false, Type = column.Type.Kind == "TEXT" ? column.Type with { Size = 16777216 } : column.Type })}");
            if (column.NotNull)
                physical.Add($"ALTER TABLE {table.Physical} ALTER COLUMN {DuckName.Quote(column.Name)} SET NOT NULL");
            if (account.HasStreams(table))
                physical.Add($"ALTER TABLE {table.Gone} ADD COLUMN {DuckName.Quote(column.Name)} {column.Type.Duck}");
            columns = columns.Add(column);
        }
        return columns.Count == table.Columns.Count ? DdlChange.Nothing(Done) : DdlChange.Of(Done, () => table.Columns = columns, physical);
    }

    /// <summary>CREATE OR ALTER TABLE: adds the columns that are missing; anything else has to be as it was.</summary>
    public static DdlChange ToColumns(EmulatedAccount account, SqlContext context, TableObject table, ObjectBody.Table body)
    {
        foreach (var column in table.Columns)
        {
            if (body.Columns.FirstOrDefault(wanted => wanted.Name == column.Name) is not { } same)
                throw SqlException.NotEmulated($"CREATE OR ALTER TABLE that drops the column {column.Name}");
            if (same.Type != column.Type || same.NotNull != column.NotNull)
                throw SqlException.NotEmulated($"CREATE OR ALTER TABLE that changes the column {column.Name}");
        }
        return AddColumns(account, context, table, [.. body.Columns.Where(wanted => table.Column(wanted.Name) is null)], ifNotExists: true);
    }

    private DdlChange DropColumns(TableObject table, Alteration.DropColumns drop)
    {
        var physical = new List<string>();
        var columns = table.Columns;
        foreach (var name in drop.Columns)
        {
            if (table.Column(name) is not { } column)
            {
                if (drop.IfExists)
                    continue;
                throw new SqlException("000904", "42000", $"SQL compilation error:\ncolumn '{name}' does not exist");
            }
            columns = columns.Remove(column);
            physical.Add($"ALTER TABLE {table.Physical} DROP COLUMN {DuckName.Quote(name)}");
            if (account.HasStreams(table))
                physical.Add($"ALTER TABLE {table.Gone} DROP COLUMN {DuckName.Quote(name)}");
        }
        return DdlChange.Of(Done, () => table.Columns = columns, physical);
    }

    private DdlChange Column(CatalogObject item, Alteration.Column alteration)
    {
        var columns = item is TableObject table ? table.Columns : ((ViewObject)item).Columns;
        var column = columns.Find(one => one.Name == alteration.Name)
            ?? throw new SqlException("000904", "42000", $"SQL compilation error:\ninvalid identifier '{ObjectName.Quote(alteration.Name)}'");
        var changed = alteration.Change switch
        {
            ColumnChange.SetPolicy set => WithPolicy(column, set),
            ColumnChange.UnsetPolicy => column with { Policy = null },
            ColumnChange.SetTags set => column with { Tags = WithTags(account, context, column.Tags, set.Tags) },
            ColumnChange.UnsetTags unset => column with { Tags = column.Tags.RemoveRange(unset.Tags.Select(tag => context.Complete(ObjectKind.Tag, tag).ToString())) },
            ColumnChange.Comment comment => column with { Comment = comment.Text },
            ColumnChange.DropNotNull => column with { NotNull = false },
            ColumnChange.SetNotNull => column with { NotNull = true },
            _ => throw SqlException.NotEmulated(alteration.Change.GetType().Name),
        };
        IReadOnlyList<string> physical = item is TableObject changing && changed.NotNull != column.NotNull
            ? [$"ALTER TABLE {changing.Physical} ALTER COLUMN {DuckName.Quote(column.Name)} {(changed.NotNull ? "SET" : "DROP")} NOT NULL"]
            : [];
        if (physical.Count > 0 && item is ViewObject)
            throw SqlException.Invalid("A view's column has no NOT NULL.");
        return DdlChange.Of(Done, () => SetColumns(item, columns.Replace(column, changed)), physical);
    }

    private TableColumn WithPolicy(TableColumn column, ColumnChange.SetPolicy set)
    {
        var policy = Applicable(account, context, set.Policy);
        CheckType(account, policy.Name, column.Type);
        if (column.Policy is not null && !set.Force)
            throw new SqlException("003549", "23001", $"SQL compilation error:\nSpecified column already attached to another masking policy. A column cannot be attached to multiple masking policies. ({column.Name})");
        return column with { Policy = policy.Name };
    }

    private static void SetColumns(CatalogObject item, ImmutableList<TableColumn> columns)
    {
        if (item is TableObject table)
            table.Columns = columns;
        else
            ((ViewObject)item).Columns = columns;
    }

    private DdlChange Refresh(PipeObject pipe, string prefix)
    {
        if (!account.Replaying)
            account.Loader.Refresh(pipe, prefix);
        return DdlChange.Nothing(Done);
    }

    private DdlChange TagPolicy(TagObject tag, Alteration.TagPolicy change)
    {
        var policy = Applicable(account, context, change.Policy!);
        return DdlChange.Of(Done, () => tag.Policies = change.Remove ? tag.Policies.Remove(policy.Name) : tag.Policies.Remove(policy.Name).Add(policy.Name));
    }

    private static void AllowedValues(TagObject tag, Alteration.AllowedValues change) =>
        tag.AllowedValues = change.Drop ? tag.AllowedValues.RemoveRange(change.Values) : tag.AllowedValues.AddRange(change.Values.Except(tag.AllowedValues));

    private DdlChange Rename(CatalogObject item, ObjectName to)
    {
        var name = context.Complete(item.Kind, to);
        if (account.Catalog.Find(item.Kind, name) is not null)
            throw SqlException.Exists(item.Word, name.Last);
        return DdlChange.Of(Done, () =>
        {
            account.Catalog.Remove(item);
            item.Name = name;
            account.Catalog.Put(item);
        });
    }
}
