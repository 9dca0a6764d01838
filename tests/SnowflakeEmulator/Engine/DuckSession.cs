using System.Globalization;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>One connection to DuckDB. Its errors come out as Snowflake's.</summary>
internal sealed partial class DuckSession(DuckDBConnection connection) : IDisposable
{
    public int Execute(string sql)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteNonQuery();
        }
        catch (DuckDBException exception)
        {
            throw Mapped(exception);
        }
    }

    /// <summary>All rows, every value as text.</summary>
    public List<string?[]> Rows(string sql)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            var rows = new List<string?[]>();
            while (reader.Read())
            {
                var row = new string?[reader.FieldCount];
                for (var i = 0; i < row.Length; i++)
                    row[i] = reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture);
                rows.Add(row);
            }
            return rows;
        }
        catch (DuckDBException exception)
        {
            throw Mapped(exception);
        }
    }

    public string? Scalar(string sql) => Rows(sql) is [var row, ..] ? row[0] : null;

    public long Number(string sql) => Scalar(sql) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

    public bool Any(string sql) => Rows($"SELECT 1 FROM ({sql}) LIMIT 1").Count > 0;

    /// <summary>The columns a query would give.</summary>
    public List<(string Name, string Type)> Describe(string sql) => [.. Rows($"SELECT column_name, column_type FROM (DESCRIBE {sql})").Select(row => (row[0]!, row[1]!))];

    /// <summary>A query's result as the wire has it; the conversion runs inside of DuckDB.</summary>
    public StatementResult Query(string sql, int typeId)
    {
        var described = Describe(sql);
        var columns = described.Select(column => WireType.Column(DuckName.Decode(column.Name), column.Type)).ToList();
        var names = string.Join(", ", described.Select((_, i) => $"c{i}"));
        var values = string.Join(", ", described.Select((column, i) => WireType.Expression($"c{i}", column.Type)));
        var rows = Rows($"SELECT {values} FROM ({sql}) AS q({names})");
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Type is not ("timestamp_ntz" or "timestamp_ltz" or "time"))
                continue;
            foreach (var row in rows)
                row[i] = WireType.Seconds(row[i], columns[i].Scale ?? 9);
        }
        return new StatementResult(columns, rows, typeId);
    }

    public void Dispose() => connection.Dispose();

    private static SqlException Mapped(DuckDBException exception)
    {
        var message = DuckName.DecodeMessage(exception.Message);
        if (message.Contains("NOT NULL constraint failed", StringComparison.Ordinal))
            return new SqlException("100072", "22000", $"NULL result in a non-nullable column ({message})");
        if (message.Contains("CHECK constraint failed", StringComparison.Ordinal))
            return new SqlException("100078", "22000", $"String is too long and would be truncated ({message})");
        if (UnknownColumn().Match(message) is { Success: true } column)
            return new SqlException("000904", "42000", $"SQL compilation error:\ninvalid identifier '{column.Groups[1].Value}'");
        if (message.Contains("onversion Error", StringComparison.Ordinal) || message.Contains("Out of Range", StringComparison.Ordinal))
            return new SqlException("100038", "22018", message);
        if (message.Contains("onflict", StringComparison.Ordinal) || message.Contains("has been altered", StringComparison.Ordinal))
            return new SqlException("000625", "57014", $"Statement aborted: another transaction changed the same rows or table ({message})");
        return new SqlException("002000", "42000", $"SQL execution error: {message}");
    }

    [GeneratedRegex("(?:Referenced column \"|does not have a column named \"|Column with name )\"?([^\"]+)\"? ?(?:not found|does not exist)?", RegexOptions.IgnoreCase)]
    private static partial Regex UnknownColumn();
}
