namespace CustomerTrack.Snowflake;

/// <summary>What is in Snowflake already, asked with SHOW and DESC, which need no warehouse.</summary>
internal sealed class SnowflakeCatalog(ISnowflakeSql sql)
{
    // Object does not exist, or the role may not see it.
    private const int Unknown = 2003;
    private const int UnknownInShow = 2043;

    /// <summary>The rows of <c>SHOW kind IN SCHEMA</c> by the object's name; none where the schema is missing.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>> ShowAsync(string kind, string schema, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync($"SHOW {kind} IN SCHEMA {schema}", cancellationToken);
        return rows.Where(row => row.GetValueOrDefault("name") is not null).ToDictionary(row => row["name"]!, StringComparer.Ordinal);
    }

    /// <summary>A table's columns by name: type as Snowflake spells it, and whether it may be null. Empty where there is no such table.</summary>
    public async Task<IReadOnlyDictionary<string, (string Type, bool Nullable)>> ColumnsAsync(string table, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync($"DESC TABLE {table}", cancellationToken);
        return rows.ToDictionary(row => row["name"]!, row => (row["type"]!, row["null?"] == "Y"), StringComparer.Ordinal);
    }

    /// <summary>An integration's properties; none where it is missing.</summary>
    public async Task<IReadOnlyDictionary<string, string>> IntegrationAsync(string name, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync($"DESC INTEGRATION {name}", cancellationToken);
        return rows.ToDictionary(row => row["property"]!, row => row["property_value"] ?? "", StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The name without database and schema, as the catalog spells it.</summary>
    public static string Own(string qualified)
    {
        var name = SnowflakeNames.InCatalog(qualified);
        return name[(name.LastIndexOf('.') + 1)..];
    }

    private async Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> QueryAsync(string statement, CancellationToken cancellationToken)
    {
        SnowflakeRows rows;
        try
        {
            rows = await sql.QueryAsync(statement, [], cancellationToken);
        }
        catch (SnowflakeException missing) when (missing.Code is Unknown or UnknownInShow)
        {
            return [];
        }

        return [.. rows.Rows.Select(row => rows.Columns.Select((column, i) => (column.Name, Value: row[i])).ToDictionary(cell => cell.Name, cell => cell.Value, StringComparer.OrdinalIgnoreCase))];
    }
}
