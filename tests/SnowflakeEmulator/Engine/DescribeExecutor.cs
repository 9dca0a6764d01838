namespace CustomerTrack.SnowflakeEmulator;

/// <summary>DESC of what the emulator knows.</summary>
internal sealed class DescribeExecutor(SqlContext context)
{
    public StatementResult Describe(ObjectKind kind, ObjectName name)
    {
        var item = context.Resolve(kind, name);
        if (item.Kind != kind && !(kind is ObjectKind.Table && item.Kind is ObjectKind.View))
            throw SqlException.NotFound(AccessControl.NotFoundWord(kind), item.Name.ToString());
        return item switch
        {
            TableObject table => Columns(table.Columns),
            ViewObject view => Columns(view.Columns),
            UserObject user => User(user),
            ProcedureObject procedure => Properties([("signature", $"({string.Join(", ", procedure.Arguments.Select(argument => $"{argument.Name} {argument.Type}"))})"), ("execute as", procedure.AsOwner ? "OWNER" : "CALLER"), ("body", procedure.Script)]),
            PolicyObject policy => Properties([("name", policy.Name.Last), ("signature", $"({policy.Argument} {policy.Type})"), ("body", policy.Expression)]),
            { Kind: ObjectKind.Integration } => Integration(item),
            { Kind: ObjectKind.Stage or ObjectKind.FileFormat or ObjectKind.Warehouse } => Properties([.. item.Properties.All.Select(pair => (pair.Key, (string?)pair.Value.Display))]),
            { Kind: ObjectKind.Pipe or ObjectKind.Stream or ObjectKind.Task } => new ShowExecutor(context).Show(
                new ShowRequest("OBJECTS", kind, null, ObjectKind.Schema, ObjectName.Of(item.Name.Parts[0], item.Name.Parts[1]), item.Name.Last, 1)),
            _ => throw SqlException.NotEmulated($"DESC {item.Word}"),
        };
    }

    private static StatementResult Columns(IEnumerable<TableColumn> columns) => new(
        [.. new[] { "name", "type", "kind", "null?", "default", "primary key", "unique key", "check", "expression", "comment", "policy name" }.Select(ResultColumn.Text)],
        [.. columns.Select(column => new string?[] { column.Name, column.Type.ToString(), "COLUMN", column.NotNull ? "N" : "Y", column.Default, "N", "N", null, null, column.Comment, column.Policy?.ToString() })],
        StatementResult.Show);

    private static StatementResult Properties(IReadOnlyList<(string Name, string? Value)> properties) => new(
        [.. new[] { "property", "property_type", "property_value", "property_default" }.Select(ResultColumn.Text)],
        [.. properties.Select(property => new[] { property.Name, "String", property.Value, "" })],
        StatementResult.Show);

    private static StatementResult Integration(CatalogObject item) => Properties(
    [
        .. item.Properties.All.Select(pair => (pair.Key, (string?)pair.Value.Display)),
        ("STORAGE_AWS_IAM_USER_ARN", "arn:aws:iam::000000000000:user/emulated"),
        ("STORAGE_AWS_EXTERNAL_ID", item.Properties.Scalar("STORAGE_AWS_EXTERNAL_ID") ?? $"EMULATED_SFCRole={item.Id}"),
    ]);

    private static StatementResult User(UserObject user) => new(
        [.. new[] { "property", "value", "default", "description" }.Select(ResultColumn.Text)],
        [
            .. user.Properties.All.Where(pair => pair.Key != "PASSWORD").Select(pair => new string?[] { pair.Key, pair.Value.Display, null, "" }),
            .. user.PublicKeys.Select((key, i) => new string?[] { i == 0 ? "RSA_PUBLIC_KEY_FP" : "RSA_PUBLIC_KEY_2_FP", UserObject.Fingerprint(key), null, "" }),
        ],
        StatementResult.Show);
}
