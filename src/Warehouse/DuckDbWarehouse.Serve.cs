using CustomerTrack.Load;
using CustomerTrack.Merge;
using CustomerTrack.Serve;
using DuckDB.NET.Data;

namespace CustomerTrack;

/// <content>Reading.</content>
public sealed partial class DuckDbWarehouse
{
    /// <summary>
    /// Runs one query, on a snapshot, beside loads and merges. Tables: <c>&lt;dimension&gt;</c> and <c>&lt;dimension&gt;_history</c>.
    /// Only reads are run; no file but the lake's can be reached.
    /// </summary>
    /// <returns>The result; the caller disposes it.</returns>
    /// <exception cref="QueryRefusedException">It is no query, or a wrong one.</exception>
    public Task<QueryResult> QueryAsync(string sql, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        var connection = _database.OpenReader();
        DuckDBCommand? command = null;
        try
        {
            QueryGate.Check(connection, sql);
            connection.Execute("BEGIN TRANSACTION READ ONLY");
            command = connection.CreateCommand();
            command.CommandText = sql;

            // Not streamed: with several threads DuckDB 1.5.6 sometimes waits for ever for the first chunk of a streamed result.
            command.UseStreamingMode = false;
            using var cancellation = cancellationToken.Register(command.Cancel);
            return new QueryResult(connection, command, command.ExecuteReader());
        }
        catch (Exception failure)
        {
            command?.Dispose();
            connection.Dispose();
            if (failure is DuckDBException wrong)
            {
                throw QueryResult.Translate(wrong, cancellationToken);
            }

            throw;
        }
    }, cancellationToken);

    /// <summary>How far the tables are, from one snapshot.</summary>
    public Task<WarehouseStatus> GetStatusAsync(CancellationToken cancellationToken = default) => _database.ReadAsync("read its status", connection => new WarehouseStatus
    {
        Dimensions = [.. _tables.Values.Select(tables => GetStatus(connection, tables))],
        FileBytes = new FileInfo(_database.Path).Length,
    }, cancellationToken);

    private static DimensionStatus GetStatus(DuckDBConnection connection, DimensionTables tables)
    {
        var name = tables.Definition.Name;
        var status = connection.Query(
            $"""
            SELECT
                (SELECT count(*) FROM {tables.CurrentView}),
                (SELECT count(*) FROM {tables.HistoryView}),
                (SELECT count(*) FROM {tables.Deltas}),
                (SELECT count(*) FROM ct.ledger WHERE dimension = {SqlName.Literal(name)}),
                (SELECT max(loaded_at) FROM ct.ledger WHERE dimension = {SqlName.Literal(name)}),
                greatest((SELECT max(recorded_at) FROM {tables.History}), (SELECT max(recorded_at) FROM {tables.Deltas}))
            """,
            reader => new DimensionStatus
            {
                Dimension = name,
                CurrentRows = reader.GetInt64(0),
                HistoryRows = reader.GetInt64(1),
                WaitingDeltas = reader.GetInt64(2),
                ObjectsLoaded = reader.GetInt64(3),
                LastLoadAt = Utc(reader, 4),
                NewestRecordedAt = Utc(reader, 5),
            });
        return status[0];
    }

    private static DateTime? Utc(DuckDBDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc);
}
