using System.Text.Json;

namespace CustomerTrack.Dimensions;

/// <summary>Reads the member <c>columns</c>.</summary>
internal static class ColumnsReader
{
    public static readonly string[] Members = ["type", "history"];

    public static List<Column> Read(DefinitionObject root, DefinitionErrors errors)
    {
        var columns = new List<Column>();
        if (root.Get("columns") is not { } element)
        {
            root.Error("columns", "missing, expected an object with a member for each column");
            return columns;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            root.Error("columns", $"{DefinitionObject.Describe(element)} found, expected an object with a member for each column");
            return columns;
        }

        foreach (var member in element.EnumerateObject())
        {
            var path = $"$.columns.{member.Name}";
            if (NameRules.CheckColumn(member.Name) is { } fault)
            {
                errors.Add(path, fault);
            }
            else if (columns.FirstOrDefault(other => other.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase)) is { } twin)
            {
                errors.Add(path, $"differs from '{twin.Name}' only in case; in a table they are the same column");
            }

            if (DefinitionObject.Open(member.Value, path, errors, Members) is not { } column)
            {
                continue;
            }

            var history = column.OneOf("history", "track", "track", "latest", "overwrite") switch
            {
                "latest" => HistoryMode.Latest,
                "overwrite" => HistoryMode.Overwrite,
                _ => HistoryMode.Track,
            };
            ColumnType type = default;
            if (column.RequiredText("type", $"one of {ColumnType.Allowed}") is { } text && !ColumnType.TryParse(text, out type))
            {
                column.Error("type", $"'{text}' is not a type; allowed: {ColumnType.Allowed}");
            }

            columns.Add(new(member.Name, type, history));
        }

        return columns;
    }
}
