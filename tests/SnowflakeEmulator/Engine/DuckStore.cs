using DuckDB.NET.Data;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The database below: a file that outlives the process, or memory.</summary>
internal sealed class DuckStore : IDisposable
{
    private readonly DuckDBConnection _root;
    private readonly string? _file;

    public DuckStore(string? folder)
    {
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            _file = Path.Combine(folder, "account.duckdb");
        }
        _root = new DuckDBConnection($"Data Source={_file ?? ":memory:"}");
        _root.Open();
        using var session = new DuckSession(Duplicate());
        session.Execute("SET GLOBAL threads = 2");
        session.Execute("SET GLOBAL checkpoint_threshold = '256MB'");
        session.Execute("CREATE TABLE IF NOT EXISTS sys_ddl(n BIGINT, id BIGINT, made TIMESTAMPTZ, role VARCHAR, db VARCHAR, sch VARCHAR, sql VARCHAR)");
        session.Execute("CREATE TABLE IF NOT EXISTS sys_commits(tx BIGINT, n BIGINT, tbl BIGINT)");
        session.Execute("CREATE TABLE IF NOT EXISTS sys_streams(id BIGINT, tbl BIGINT, position BIGINT)");
        session.Execute(
            "CREATE TABLE IF NOT EXISTS sys_loads(id BIGINT, pipe BIGINT, pipe_name VARCHAR, table_name VARCHAR, path VARCHAR, stage VARCHAR, size BIGINT, received TIMESTAMPTZ, "
            + "loaded TIMESTAMPTZ, status VARCHAR, parsed BIGINT, inserted BIGINT, errors BIGINT, first_error VARCHAR)");
        session.Execute(
            "CREATE TABLE IF NOT EXISTS sys_task_runs(query_id VARCHAR, name VARCHAR, db VARCHAR, sch VARCHAR, state VARCHAR, error_code VARCHAR, error_message VARCHAR, "
            + "scheduled TIMESTAMPTZ, started TIMESTAMPTZ, completed TIMESTAMPTZ, return_value VARCHAR)");
    }

    public DuckSession Open() => new(Duplicate());

    public void Dispose() => _root.Dispose();

    private DuckDBConnection Duplicate()
    {
        if (_file is null)
        {
            var copy = _root.Duplicate();
            if (copy.State != System.Data.ConnectionState.Open)
                copy.Open();
            return copy;
        }
        var connection = new DuckDBConnection($"Data Source={_file}");
        connection.Open();
        return connection;
    }
}
