namespace CustomerTrack.Dimensions;

/// <summary>Reads the member <c>operation</c>.</summary>
internal static class OperationReader
{
    public static readonly string[] Members = ["column", "delete", "truncate", "erase"];

    public static OperationDefinition? Read(DefinitionObject root, DefinitionErrors errors)
    {
        if (root.Get("operation") is not { } element || DefinitionObject.Open(element, "$.operation", errors, Members) is not { } operation)
        {
            return null;
        }

        const string Expected = "an array of the values that mean it";
        var column = operation.RequiredText("column", "the name of a column");
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var list in (ReadOnlySpan<string>)["delete", "truncate", "erase"])
        {
            lists[list] = operation.Texts(list, Expected);
            foreach (var value in lists[list])
            {
                if (!owners.TryAdd(value, list))
                {
                    operation.Error(list, $"'{value}' is in {owners[value]} already; a value means one thing");
                }
                else if (OperationDefinition.UpsertValues.Contains(value))
                {
                    operation.Error(list, $"'{value}' always means an upsert, as do {string.Join(", ", OperationDefinition.UpsertValues)}");
                }
            }
        }

        return column is null
            ? null
            : new() { Column = column, Delete = lists["delete"], Truncate = lists["truncate"], Erase = lists["erase"] };
    }
}
