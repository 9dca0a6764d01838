using System.Globalization;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;

namespace CustomerTrack.Snowflake.Tests;

/// <summary>
/// The tables, views and the merge of one generated dimension on DuckDB: types and the clauses without a meaning there are
/// translated, what is executed is otherwise the generated text. The session is in Snowflake's default time zone.
/// </summary>
internal sealed partial class DuckSnowflake : IDisposable
{
    private readonly DuckDBConnection _connection = new("Data Source=:memory:");
    private readonly IReadOnlyList<string> _merge;

    public DuckSnowflake(SnowflakeScripts scripts)
    {
        _connection.Open();
        Execute("SET TimeZone = 'America/Los_Angeles'; ATTACH ':memory:' AS CUSTOMERTRACK; CREATE SCHEMA CUSTOMERTRACK.CT; CREATE SCHEMA CUSTOMERTRACK.PUBLIC");
        Execute("CREATE MACRO convert_timezone(zone, t) AS timezone(zone, t)");
        Execute("CREATE MACRO sysdate() AS timezone('UTC', now())");
        Execute("CREATE MACRO dateadd(part, n, t) AS t + to_days(n::INTEGER)");
        Execute("CREATE MACRO is_role_in_session(role) AS FALSE");
        Execute("CREATE MACRO try_parse_json(text) AS TRY_CAST(text AS JSON)");
        Execute("CREATE MACRO sha2(text, bits) AS sha256(text)");
        var statements = scripts.Apply.SelectMany(script => script.Statements).ToList();
        foreach (var table in statements.Where(statement => statement.StartsWith("CREATE TABLE", StringComparison.Ordinal) || statement.StartsWith("CREATE TRANSIENT TABLE", StringComparison.Ordinal)))
        {
            Execute(Types(TableProperty().Replace(table.Replace("TRANSIENT ", "", StringComparison.Ordinal), ")")));
        }

        // What the stream has is what was loaded since the last merge.
        Execute("CREATE TABLE CUSTOMERTRACK.CT.member_stream AS FROM CUSTOMERTRACK.CT.member_deltas");
        Execute("CREATE TABLE CUSTOMERTRACK.CT.everything AS FROM CUSTOMERTRACK.CT.member_deltas");
        foreach (var view in statements.Where(statement => statement.StartsWith("CREATE OR REPLACE VIEW", StringComparison.Ordinal)))
        {
            Execute(Types(view.Replace(" COPY GRANTS ", " ", StringComparison.Ordinal)));
        }

        var procedure = Assert.Single(statements, statement => statement.StartsWith("CREATE OR REPLACE PROCEDURE", StringComparison.Ordinal));
        _merge = [.. Scripts.Body(procedure).Where(statement => !statement.StartsWith("RETURN", StringComparison.Ordinal)).Select(Types)];
    }

    public void Dispose() => _connection.Dispose();

    public void Load(IEnumerable<MemberLoad> loads)
    {
        var rows = string.Join(", ", loads.Select(load => $"({Values(load.Delta, load.Object)})"));
        foreach (var table in (ReadOnlySpan<string>)["member_deltas", "member_stream", "everything"])
        {
            Execute($"INSERT INTO CUSTOMERTRACK.CT.{table} VALUES {rows}");
        }
    }

    /// <summary>What the task does: calls the procedure; the stream moves on when its transaction commits.</summary>
    /// <param name="taken">Called when the deltas are taken from the stream, before they are merged.</param>
    public void Merge(Action? taken = null)
    {
        foreach (var statement in _merge)
        {
            Execute(statement);
            if (statement.Contains("FROM CUSTOMERTRACK.CT.member_stream", StringComparison.Ordinal))
            {
                Execute("DELETE FROM CUSTOMERTRACK.CT.member_stream");
                taken?.Invoke();
            }
        }
    }

    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public List<string> Read(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    private static string Values(MemberDelta delta, int number) => string.Join(", ", [
        $"'{delta.Club}'", delta.Number.ToString(CultureInfo.InvariantCulture), $"to_timestamp({delta.From} / 1e6)", delta.To is null ? "NULL" : $"to_timestamp({delta.To} / 1e6)",
        delta.Name is null ? "NULL" : $"'{delta.Name}'", delta.Points?.ToString(CultureInfo.InvariantCulture) ?? "NULL", "NULL",
        delta.IsDeleted.ToString(), delta.IsRetracted.ToString(), delta.Revision.ToString(CultureInfo.InvariantCulture),
        $"make_timestamp({delta.RecordedAt}) AT TIME ZONE 'UTC'", "'f'", "1", delta.Shard.ToString(CultureInfo.InvariantCulture), $"'o{number}'", "now()"]);

    private static string Types(string sql) => sql
        .Replace("TIMESTAMP_NTZ(6)", "TIMESTAMP", StringComparison.Ordinal)
        .Replace("TIMESTAMP_LTZ(6)", "TIMESTAMPTZ", StringComparison.Ordinal)
        .Replace(" NUMBER(", " DECIMAL(", StringComparison.Ordinal)
        .Replace("CURRENT_TIMESTAMP()", "CURRENT_TIMESTAMP", StringComparison.Ordinal);

    [GeneratedRegex(@"\) (MAX_DATA_EXTENSION_TIME_IN_DAYS|DATA_RETENTION_TIME_IN_DAYS) = [0-9]+$")]
    private static partial Regex TableProperty();
}
