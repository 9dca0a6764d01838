using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The SQL API v2.</summary>
internal sealed class SqlApi(EmulatedAccount account, TokenVerifier tokens, StatementRuns runs)
{
    private static readonly HashSet<string> Known = ["statement", "timeout", "database", "schema", "warehouse", "role", "bindings", "parameters"];

    public async Task<Reply> SubmitAsync(HttpContext http)
    {
        var user = tokens.Verify(http.Request);
        var query = http.Request.Query;
        var requestId = query["requestId"].ToString() is { Length: > 0 } id ? Guid.TryParse(id, out _) ? id : throw Requests.BadRequest($"requestId '{id}' is not a UUID.") : null;
        if (requestId is not null && query["retry"] == "true" && runs.OfRequest(requestId) is { } before && before.User == user && !before.Task.IsFaulted)
        {
            account.Counters.Add("sqlApi.answeredAgain");
            return await AnswerAsync(before, http, query["async"] == "true").ConfigureAwait(false);
        }
        if (http.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            return Reply.Error(415, "391903", "Content-Type has to be application/json.");
        var body = await Requests.BodyAsync(http).ConfigureAwait(false);
        if (body.FirstOrDefault(field => !Known.Contains(field.Key)).Key is { } unknown)
            throw Requests.BadRequest($"Unknown field '{unknown}'.");
        account.Counters.Add("sqlApi.requests");
        SqlSession session;
        IReadOnlyList<Statement> statements;
        List<BindValue> binds;
        try
        {
            session = Session(user, body);
        }
        catch (SqlException exception)
        {
            return Reply.Error(403, exception.Code, exception.Message);
        }
        try
        {
            statements = StatementParser.ParseAll(Text(body, "statement") ?? throw Requests.BadRequest("The field 'statement' is missing."));
            binds = Binds(body["bindings"]);
            CheckCount(session, statements, binds);
        }
        catch (SqlException exception)
        {
            session.Dispose();
            return Failure(exception, Guid.NewGuid().ToString());
        }
        catch
        {
            session.Dispose();
            throw;
        }
        var run = runs.Start(session, user, statements, binds, close: true, requestId, query["nullable"] == "false");
        return await AnswerAsync(run, http, query["async"] == "true" || http.Items["accepted"] is true).ConfigureAwait(false);
    }

    public async Task<Reply> StatusAsync(HttpContext http)
    {
        var run = Own(http);
        var partition = http.Request.Query["partition"].ToString();
        if (partition.Length == 0 || partition == "0")
            return await AnswerAsync(run, http, run.Task.IsCompleted is false || http.Items["accepted"] is true).ConfigureAwait(false);
        if (!run.Task.IsCompletedSuccessfully || !int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw Requests.BadRequest($"There is no partition '{partition}'.");
        var result = run.Task.Result[0];
        var rows = result.Rows.Skip(number * account.Options.PartitionRows).Take(account.Options.PartitionRows).ToList();
        if (rows.Count == 0)
            throw Requests.BadRequest($"There is no partition '{partition}'.");
        return Reply.Ok(new JsonObject { ["data"] = Rows(result, rows, run.NullAsText) }) with { Compressed = true };
    }

    public Task<Reply> CancelAsync(HttpContext http)
    {
        var run = Own(http);
        run.Canceled = !run.Task.IsCompleted;
        return Task.FromResult(Reply.Ok(new JsonObject
        {
            ["code"] = "000604", ["sqlState"] = "57014", ["message"] = "SQL execution canceled", ["statementHandle"] = run.Handle, ["statementStatusUrl"] = Url(run.Handle),
        }));
    }

    private StatementRun Own(HttpContext http)
    {
        var user = tokens.Verify(http.Request);
        var handle = (string)http.Request.RouteValues["handle"]!;
        return runs.Find(handle) is { } run && run.User == user ? run : throw new ReplyException(Reply.Error(404, "000709", $"Statement {handle} not found"));
    }

    private SqlSession Session(string user, JsonObject body)
    {
        var session = account.Open(user, Text(body, "role"));
        try
        {
            session.Database = Text(body, "database");
            session.Schema = Text(body, "schema");
            session.Warehouse = Text(body, "warehouse") ?? session.Warehouse;
            var parameters = new PropertySet();
            foreach (var (name, value) in body["parameters"] as JsonObject ?? [])
            {
                var upper = name.ToUpperInvariant();
                parameters.Set(PropertyNames.Session.Contains(upper) ? upper : throw SqlException.InvalidProperty(name, "SESSION"), new PropertyValue(value?.ToString().ToUpperInvariant() is "TRUE" or "FALSE" ? value.ToString().ToUpperInvariant() : value?.ToString(), null, null));
            }
            session.Set(parameters, []);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static string? Text(JsonObject body, string name) => body[name]?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.String when (string)body[name]! is { Length: > 0 } text => text,
        JsonValueKind.String => null,
        _ => throw Requests.BadRequest($"The field '{name}' is not a string."),
    };

    private static List<BindValue> Binds(JsonNode? bindings)
    {
        if (bindings is not JsonObject map)
            return [];
        var values = new List<BindValue>();
        for (var i = 1; i <= map.Count; i++)
        {
            if (map[i.ToString(CultureInfo.InvariantCulture)] is not JsonObject bind || bind["type"] is null)
                throw Requests.BadRequest($"The bindings are not numbered from 1 to {map.Count} with a type and a value each.");
            if (bind["value"] is { } value && value.GetValueKind() != JsonValueKind.String)
                throw Requests.BadRequest($"The value of binding {i} has to be a string.");
            values.Add(new BindValue((string)bind["type"]!, (string?)bind["value"]));
        }
        return values;
    }

    private static void CheckCount(SqlSession session, IReadOnlyList<Statement> statements, List<BindValue> binds)
    {
        var wanted = session.Properties.Number("MULTI_STATEMENT_COUNT", 1);
        if (statements.Count == 0)
            throw new SqlException("000900", "42601", "SQL compilation error:\nEmpty SQL statement.");
        if (wanted != 0 && wanted != statements.Count)
            throw new SqlException("000008", "0A000", $"Actual statement count {statements.Count} did not match the desired statement count {wanted}.");
        if (statements.Count > 1 && binds.Count > 0)
            throw new SqlException("391914", "0A000", "Several statements in one request cannot have bind variables.");
        if (statements.Count == 1 && statements[0] is Statement.Begin or Statement.Commit or Statement.Rollback or Statement.Use or Statement.SetSession)
            throw new SqlException("391911", "0A000", "This type of statement has no effect alone: every request has a session of its own. Send several statements in one request.");
    }

    private async Task<Reply> AnswerAsync(StatementRun run, HttpContext http, bool accepted)
    {
        if (!accepted)
            await Task.WhenAny(run.Task, Task.Delay(account.Options.AnswerWithin, http.RequestAborted)).ConfigureAwait(false);
        if (run.Canceled)
            return Failure(new SqlException("000604", "57014", "SQL execution canceled"), run.Handle);
        if (accepted || !run.Task.IsCompleted)
        {
            return new Reply(202, new JsonObject
            {
                ["code"] = "333334", ["message"] = "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.", ["statementHandle"] = run.Handle, ["statementStatusUrl"] = Url(run.Handle),
            });
        }
        try
        {
            return Success(run, await run.Task.ConfigureAwait(false));
        }
        catch (SqlException exception)
        {
            return Failure(exception, run.Handle);
        }
    }

    private static Reply Failure(SqlException exception, string handle) => new(422, new JsonObject
    {
        ["code"] = exception.Code, ["message"] = exception.Message, ["sqlState"] = exception.SqlState, ["statementHandle"] = handle, ["statementStatusUrl"] = Url(handle),
    });

    private Reply Success(StatementRun run, IReadOnlyList<StatementResult> results)
    {
        var body = new JsonObject
        {
            ["code"] = "090001", ["sqlState"] = "00000", ["message"] = "Statement executed successfully.", ["statementHandle"] = run.Handle, ["statementStatusUrl"] = Url(run.Handle), ["createdOn"] = run.Created.ToUnixTimeMilliseconds(),
        };
        if (run.Children.Count > 0)
        {
            body["statementHandles"] = new JsonArray([.. run.Children.Select(child => (JsonNode)child)]);
            return Reply.Ok(body);
        }
        var result = results[0];
        var first = result.Rows.Take(account.Options.PartitionRows).ToList();
        body["resultSetMetaData"] = new JsonObject
        {
            ["numRows"] = result.Rows.Count, ["format"] = "jsonv2", ["rowType"] = new JsonArray([.. result.Columns.Select(RowType)]), ["partitionInfo"] = Partitions(result),
        };
        body["data"] = Rows(result, first, run.NullAsText);
        if (result.TypeId is StatementResult.Insert or StatementResult.Update or StatementResult.Delete or StatementResult.Merge)
            body["stats"] = Stats(result);
        return Reply.Ok(body);
    }

    private JsonArray Partitions(StatementResult result)
    {
        var partitions = new JsonArray();
        for (var from = 0; from == 0 || from < result.Rows.Count; from += account.Options.PartitionRows)
        {
            var rows = result.Rows.Skip(from).Take(account.Options.PartitionRows).ToList();
            var size = rows.Sum(row => row.Sum(value => value is null ? 4 : Encoding.UTF8.GetByteCount(value) + 3) + 2);
            var info = new JsonObject { ["rowCount"] = rows.Count, ["uncompressedSize"] = size };
            if (from > 0)
                info["compressedSize"] = Math.Max(1, size / 4);
            partitions.Add((JsonNode)info);
        }
        return partitions;
    }

    private static JsonObject Stats(StatementResult result)
    {
        var stats = new JsonObject { ["numRowsInserted"] = 0, ["numRowsUpdated"] = 0, ["numRowsDeleted"] = 0, ["numDuplicateRowsUpdated"] = 0 };
        foreach (var (column, value) in result.Columns.Zip(result.Rows[0]))
            stats[column.Name.Split(' ')[^1] switch { "inserted" => "numRowsInserted", "updated" => "numRowsUpdated", _ => "numRowsDeleted" }] = long.Parse(value!, CultureInfo.InvariantCulture);
        return stats;
    }

    private static JsonArray Rows(StatementResult result, List<string?[]> rows, bool nullAsText)
    {
        var booleans = result.Columns.Select(column => column.Type == "boolean").ToArray();
        return new JsonArray([.. rows.Select(row => (JsonNode)new JsonArray([.. row.Select((value, i) => (JsonNode?)(value switch
        {
            null => nullAsText ? "null" : null,
            "1" when booleans[i] => "true",
            "0" when booleans[i] => "false",
            _ => value,
        }))]))]);
    }

    public static JsonObject RowType(ResultColumn column) => new()
    {
        ["name"] = column.Name, ["database"] = "", ["schema"] = "", ["table"] = "", ["nullable"] = column.Nullable, ["type"] = column.Type, ["byteLength"] = column.Length, ["length"] = column.Length,
        ["precision"] = column.Precision, ["scale"] = column.Scale, ["collation"] = null,
    };

    private static string Url(string handle) => $"/api/v2/statements/{handle}?requestId={Guid.NewGuid()}";
}
