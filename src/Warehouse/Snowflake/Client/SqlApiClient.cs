using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Runs SQL through the SQL API v2. Every statement is submitted to run by itself and then asked for: its handle is known at
/// once, so that it can be cancelled, and no connection is held while it runs.
/// </summary>
internal sealed partial class SqlApiClient : ISnowflakeSql
{
    private const string Statements = "/api/v2/statements";
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(10);

    private readonly SnowflakeHttp _http;
    private readonly SnowflakeSession _session;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <exception cref="SnowflakeException">The options lack something, or hold what cannot be used.</exception>
    public SqlApiClient(SnowflakeOptions options, SnowflakeSession session, TimeProvider time, ILogger<SqlApiClient> logger)
    {
        _http = new SnowflakeHttp(options, SnowflakeCredentials.Of(options, time), time, logger);
        _session = session;
        _time = time;
        _logger = logger;
    }

    public async Task<SnowflakeRows> QueryAsync(string statement, IReadOnlyList<string> binds, CancellationToken cancellationToken = default)
    {
        var text = new StatementBatch([statement]);
        LogStatement(text);
        var result = await RunAsync(text, binds, cancellationToken);
        return await RowsAsync(result, cancellationToken);
    }

    public async Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken = default)
    {
        if (statements.Count == 0)
        {
            return;
        }

        var batch = new StatementBatch(statements);
        LogStatement(batch);
        await RunAsync(batch, [], cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Submits a text and waits until it is done.</summary>
    private async Task<SqlApiResult> RunAsync(StatementBatch batch, IReadOnlyList<string> binds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reply = await _http.SendAsync(
            new SnowflakeRequest
            {
                Operation = "statement",
                Method = HttpMethod.Post,
                Path = $"{Statements}?requestId={Guid.NewGuid()}&nullable=true&async=true",
                Body = Body(batch, binds),
                MarksRetries = true,
                Explain = batch.Explain,
                Grace = CancelTime,
            },
            cancellationToken);
        var handle = Handle(reply);
        var pause = FirstPause;
        try
        {
            while (reply.Status == HttpStatusCode.Accepted)
            {
                await Task.Delay(pause, _time, cancellationToken);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 3 / 2, LongestPause.Ticks));
                reply = await GetAsync("poll", handle, query: "", batch.Explain, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException)
        {
            await CancelAsync(handle);
            throw;
        }

        return Read(reply);
    }

    private byte[] Body(StatementBatch batch, IReadOnlyList<string> binds) => JsonSerializer.SerializeToUtf8Bytes(
        new SqlApiRequest
        {
            Statement = batch.Text,
            Role = SessionName.InCatalog(_session.Role),
            Warehouse = SessionName.InCatalog(_session.Warehouse),
            Database = SessionName.InCatalog(_session.Database),
            Schema = SessionName.InCatalog(_session.Schema),
            Bindings = binds.Count == 0 ? null : binds.Index().ToDictionary(bind => (bind.Index + 1).ToString(CultureInfo.InvariantCulture), bind => new SqlApiBinding("TEXT", bind.Item)),
            Parameters = new Dictionary<string, string>
            {
                ["MULTI_STATEMENT_COUNT"] = batch.Count.ToString(CultureInfo.InvariantCulture),
                ["QUERY_TAG"] = "CustomerTrack",
                ["TIMEZONE"] = "UTC",
            },
        },
        SnowflakeJson.Default.SqlApiRequest);

    private Task<SnowflakeReply> GetAsync(string operation, string handle, string query, Func<string, (string Operation, string Said)>? explain, CancellationToken cancellationToken) => _http.SendAsync(
        new SnowflakeRequest { Operation = operation, Method = HttpMethod.Get, Path = $"{Statements}/{Uri.EscapeDataString(handle)}{query}", IsOfKnown = true, Explain = explain },
        cancellationToken);

    private static string Handle(SnowflakeReply reply) => SnowflakeFailure.Read(reply.Body).StatementHandle
        ?? throw new SnowflakeException($"Snowflake answered a statement with status {(int)reply.Status} and no handle; something else may answer at this address.");

    private static SqlApiResult Read(SnowflakeReply reply)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, SnowflakeJson.Default.SqlApiResult) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException exception)
        {
            throw new SnowflakeException($"Snowflake's answer is not what the SQL API describes: {exception.Message}", exception);
        }
    }

    private async Task<SnowflakeRows> RowsAsync(SqlApiResult first, CancellationToken cancellationToken)
    {
        var handle = first.StatementHandle;
        var metadata = first.Metadata;
        if (handle is null || metadata?.RowType is null)
        {
            throw new SnowflakeException("Snowflake's answer describes no columns; a statement that gives rows was expected.") { QueryId = handle };
        }

        SnowflakeColumn[] columns = [.. metadata.RowType.Select(column => new SnowflakeColumn(column.Name, column.Type.ToLowerInvariant()))];
        var rows = new List<IReadOnlyList<string?>>();
        Add(rows, columns, first, handle);
        for (var partition = 1; partition < (metadata.PartitionInfo?.Count ?? 1); partition++)
        {
            var reply = await GetAsync("partition", handle, $"?partition={partition}", explain: null, cancellationToken);
            Add(rows, columns, Read(reply), handle);
        }

        return rows.Count == metadata.NumRows
            ? new SnowflakeRows { Columns = columns, Rows = rows }
            : throw new SnowflakeException($"Snowflake announced {metadata.NumRows} rows and sent {rows.Count}.") { QueryId = handle, IsTransient = true };
    }

    private static void Add(List<IReadOnlyList<string?>> rows, SnowflakeColumn[] columns, SqlApiResult part, string handle)
    {
        foreach (var values in part.Data ?? [])
        {
            if (values.Length != columns.Length)
            {
                throw new SnowflakeException($"Row {rows.Count + 1} has {values.Length} values for {columns.Length} columns.") { QueryId = handle };
            }

            for (var index = 0; index < columns.Length; index++)
            {
                values[index] = Spell(columns[index], values[index], rows.Count + 1, handle);
            }

            rows.Add(values);
        }
    }

    private static string? Spell(SnowflakeColumn column, string? value, int row, string handle)
    {
        try
        {
            return SnowflakeValue.Spell(column.Type, value);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            throw new SnowflakeException($"Row {row}, column {column.Name}: Snowflake sent a value that is not of its type {column.Type}.") { QueryId = handle };
        }
    }

    /// <summary>The caller has gone; the statement must not run on for nothing.</summary>
    private async Task CancelAsync(string handle)
    {
        using var limit = new CancellationTokenSource(CancelTime, _time);
        try
        {
            await _http.SendAsync(new SnowflakeRequest { Operation = "cancel", Method = HttpMethod.Post, Path = $"{Statements}/{Uri.EscapeDataString(handle)}/cancel" }, limit.Token);
            LogCancelled(handle);
        }
        catch (Exception exception) when (exception is SnowflakeException or OperationCanceledException)
        {
            LogNotCancelled(handle, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Runs {Statement} in Snowflake.")]
    private partial void LogStatement(StatementBatch statement);

    [LoggerMessage(LogLevel.Information, "Query {Handle} was cancelled.")]
    private partial void LogCancelled(string handle);

    [LoggerMessage(LogLevel.Warning, "Query {Handle} was not cancelled and may run on: {Reason}")]
    private partial void LogNotCancelled(string handle, string reason);
}
