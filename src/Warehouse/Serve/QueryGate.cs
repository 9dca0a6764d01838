using System.Collections.Frozen;
using System.Text.Json;
using DuckDB.NET.Data;

namespace CustomerTrack.Serve;

/// <summary>
/// Lets through one SELECT (also DESCRIBE, SUMMARIZE, SHOW, VALUES and FROM, which are selects) and nothing else. DuckDB's own
/// parser decides; of the functions that can stand in FROM only those that change nothing are allowed.
/// </summary>
internal static class QueryGate
{
    private static readonly FrozenSet<string> TableFunctions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "range", "generate_series", "unnest", "repeat", "json_each", "json_tree", "read_parquet", "parquet_scan", "parquet_schema", "parquet_metadata",
        "duckdb_tables", "duckdb_views", "duckdb_columns", "duckdb_types", "duckdb_functions", "pragma_table_info");

    /// <exception cref="QueryRefusedException">The text is no single read.</exception>
    public static void Check(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT json_serialize_sql($sql::VARCHAR)::VARCHAR";
        command.Parameters.Add(new DuckDBParameter("sql", sql));
        using var reader = command.ExecuteReader();
        reader.Read();
        using var parsed = JsonDocument.Parse(reader.GetString(0), new() { MaxDepth = 1000 });
        var root = parsed.RootElement;
        if (root.GetProperty("error").GetBoolean())
        {
            var message = root.GetProperty("error_message").GetString();
            throw new QueryRefusedException(root.GetProperty("error_type").GetString() == "parser"
                ? $"The query cannot be read: {message}."
                : "Only queries are run: one SELECT, FROM, VALUES, DESCRIBE, SUMMARIZE or SHOW.");
        }

        var statements = root.GetProperty("statements").GetArrayLength();
        if (statements != 1)
        {
            throw new QueryRefusedException($"One query was expected, not {statements}.");
        }

        CheckFunctions(root);
    }

    private static void CheckFunctions(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                CheckFunctions(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("TABLE_FUNCTION")
                && element.TryGetProperty("function", out var function) && function.GetProperty("function_name").GetString() is var name
                && !TableFunctions.Contains(name!))
            {
                throw new QueryRefusedException($"The table function '{name}' is not available in queries; available are {string.Join(", ", TableFunctions.Order())}.");
            }

            foreach (var property in element.EnumerateObject())
            {
                CheckFunctions(property.Value);
            }
        }
    }
}
