using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>As much of the drivers' own protocol as the official drivers need to log in, query, bind, fail and leave.</summary>
internal sealed class DriverApi(EmulatedAccount account, TokenVerifier tokens, StatementRuns runs)
{
    private static readonly (string Name, JsonNode Value)[] Parameters =
    [
        ("TIMEZONE", "America/Los_Angeles"), ("BINARY_OUTPUT_FORMAT", "HEX"), ("DATE_OUTPUT_FORMAT", "YYYY-MM-DD"), ("TIME_OUTPUT_FORMAT", "HH24:MI:SS"),
        ("TIMESTAMP_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"), ("TIMESTAMP_NTZ_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF3"), ("TIMESTAMP_LTZ_OUTPUT_FORMAT", ""), ("TIMESTAMP_TZ_OUTPUT_FORMAT", ""),
        ("TIMESTAMP_TYPE_MAPPING", "TIMESTAMP_NTZ"), ("CLIENT_RESULT_COLUMN_CASE_INSENSITIVE", false), ("CLIENT_SESSION_KEEP_ALIVE", false), ("CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", 0),
        ("CLIENT_TELEMETRY_ENABLED", false), ("QUERY_CONTEXT_CACHE_SIZE", 5),
    ];

    private readonly ConcurrentDictionary<string, SqlSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _masters = new(StringComparer.Ordinal);

    public async Task<Reply> LoginAsync(HttpContext http)
    {
        var body = await Requests.BodyAsync(http).ConfigureAwait(false);
        if (body["data"] is not JsonObject data)
            throw Requests.BadRequest("The field 'data' is missing.");
        string user;
        if (string.Equals((string?)data["AUTHENTICATOR"], "SNOWFLAKE_JWT", StringComparison.OrdinalIgnoreCase))
        {
            if (tokens.OfJwt((string?)data["TOKEN"] ?? "", out user) is { } problem)
                return Refused("390144", $"JWT token is invalid. [{problem}]");
        }
        else
        {
            user = ((string?)data["LOGIN_NAME"] ?? "").ToUpperInvariant();
            var found = account.Catalog.Find<UserObject>(ObjectKind.User, ObjectName.Of(user));
            if (found is null || found.IsService || found.Properties.Scalar("PASSWORD") is not { } password || password != (string?)data["PASSWORD"])
                return Refused("390100", "Incorrect username or password was specified.");
        }
        var query = http.Request.Query;
        SqlSession session;
        try
        {
            session = account.Open(user, Name(query["roleName"].ToString()));
        }
        catch (SqlException exception)
        {
            return Refused(exception.Code, exception.Message);
        }
        session.Database = Name(query["databaseName"].ToString());
        session.Schema = Name(query["schemaName"].ToString());
        session.Warehouse = Name(query["warehouse"].ToString()) ?? session.Warehouse;
        var (token, master) = ($"session-{Guid.NewGuid():N}", $"master-{Guid.NewGuid():N}");
        _sessions[token] = session;
        _masters[master] = token;
        account.Counters.Add("driver.logins");
        return Envelope(new JsonObject
        {
            ["token"] = token, ["masterToken"] = master, ["validityInSeconds"] = 3600, ["masterValidityInSeconds"] = 14400, ["sessionId"] = session.Id, ["serverVersion"] = "9.0.0", ["displayUserName"] = user, ["firstLogin"] = false,
            ["healthCheckInterval"] = 45, ["parameters"] = ParameterList(session), ["sessionInfo"] = new JsonObject { ["databaseName"] = session.Database, ["schemaName"] = session.Schema, ["warehouseName"] = session.Warehouse, ["roleName"] = session.Role },
        });
    }

    public async Task<Reply> QueryAsync(HttpContext http)
    {
        if (Session(http) is not { } session)
            return Gone();
        var body = await Requests.BodyAsync(http).ConfigureAwait(false);
        IReadOnlyList<Statement> statements;
        List<BindValue> binds;
        try
        {
            statements = StatementParser.ParseAll((string?)body["sqlText"] ?? "");
            binds = Binds(body["bindings"]);
            var wanted = long.Parse(body["parameters"]?["MULTI_STATEMENT_COUNT"]?.ToString() ?? "1", CultureInfo.InvariantCulture);
            if (statements.Count == 0)
                throw new SqlException("000900", "42601", "SQL compilation error:\nEmpty SQL statement.");
            if (wanted != 0 && wanted != statements.Count)
                throw new SqlException("000008", "0A000", $"Actual statement count {statements.Count} did not match the desired statement count {wanted}.");
        }
        catch (SqlException exception)
        {
            return Failed(exception, Guid.NewGuid().ToString());
        }
        var run = runs.Start(session, session.User, statements, binds, close: false, null, nullAsText: false);
        if (body["asyncExec"]?.GetValueKind() == JsonValueKind.True)
            return Pending(run.Handle, "333334");
        return await ResultAsync(session, run, http).ConfigureAwait(false);
    }

    public async Task<Reply> ResultAsync(HttpContext http)
    {
        if (Session(http) is not { } session)
            return Gone();
        return runs.Find((string)http.Request.RouteValues["id"]!) is { } run && run.User == session.User
            ? await ResultAsync(session, run, http).ConfigureAwait(false)
            : Failed(new SqlException("000709", "02000", "Statement not found"), "");
    }

    public Task<Reply> MonitorAsync(HttpContext http)
    {
        if (Session(http) is null)
            return Task.FromResult(Gone());
        var id = (string)http.Request.RouteValues["id"]!;
        var status = runs.Find(id)?.Task switch { null => "NO_DATA", { IsCompletedSuccessfully: true } => "SUCCESS", { IsFaulted: true } => "FAILED_WITH_ERROR", _ => "RUNNING" };
        return Task.FromResult(Envelope(new JsonObject { ["queries"] = new JsonArray(new JsonObject { ["id"] = id, ["status"] = status, ["state"] = status, ["errorCode"] = "", ["errorMessage"] = "" }) }));
    }

    public async Task<Reply> RenewAsync(HttpContext http)
    {
        var body = await Requests.BodyAsync(http).ConfigureAwait(false);
        if (!_masters.TryRemove(Token(http), out var old) || old != (string?)body["oldSessionToken"] || !_sessions.TryRemove(old, out var session))
            return Refused("390114", "Master token has expired. Must re-login.");
        var (token, master) = ($"session-{Guid.NewGuid():N}", $"master-{Guid.NewGuid():N}");
        _sessions[token] = session;
        _masters[master] = token;
        return Envelope(new JsonObject { ["sessionToken"] = token, ["validityInSecondsST"] = 3600, ["masterToken"] = master, ["validityInSecondsMT"] = 14400, ["sessionId"] = session.Id });
    }

    public Task<Reply> CloseAsync(HttpContext http)
    {
        if (http.Request.Query["delete"] == "true" && _sessions.TryRemove(Token(http), out var session))
        {
            session.Gate.Wait();
            session.Dispose();
            account.Counters.Add("driver.closed");
        }
        return Nothing(http);
    }

    public static Task<Reply> Nothing(HttpContext http) => Task.FromResult(Envelope(null));

    private async Task<Reply> ResultAsync(SqlSession session, StatementRun run, HttpContext http)
    {
        await Task.WhenAny(run.Task, Task.Delay(account.Options.AnswerWithin, http.RequestAborted)).ConfigureAwait(false);
        if (!run.Task.IsCompleted)
            return Pending(run.Handle, "333333");
        try
        {
            var results = await run.Task.ConfigureAwait(false);
            if (run.Children.Count == 0)
                return Done(session, results[0], run.Handle);
            var multi = Done(session, new StatementResult([ResultColumn.Text("multiple statement execution")], [["Multiple statements executed successfully."]], StatementResult.Multi), run.Handle);
            multi.Body!["data"]!["resultIds"] = string.Join(',', run.Children);
            multi.Body["data"]!["resultTypes"] = string.Join(',', results.Select(result => result.TypeId.ToString(CultureInfo.InvariantCulture)));
            return multi;
        }
        catch (SqlException exception)
        {
            return Failed(exception, run.Handle);
        }
    }

    private static Reply Done(SqlSession session, StatementResult result, string queryId) => Envelope(new JsonObject
    {
        ["parameters"] = ParameterList(session), ["rowtype"] = new JsonArray([.. result.Columns.Select(column => (JsonNode)SqlApi.RowType(column))]),
        ["rowset"] = new JsonArray([.. result.Rows.Select(row => (JsonNode)new JsonArray([.. row.Select(value => (JsonNode?)value)]))]),
        ["total"] = result.Rows.Count, ["returned"] = result.Rows.Count, ["queryId"] = queryId, ["databaseProvider"] = null, ["finalDatabaseName"] = session.Database, ["finalSchemaName"] = session.Schema, ["finalWarehouseName"] = session.Warehouse,
        ["finalRoleName"] = session.Role, ["numberOfBinds"] = 0, ["arrayBindSupported"] = false, ["statementTypeId"] = result.TypeId, ["version"] = 1, ["queryResultFormat"] = "json",
    });

    private static List<BindValue> Binds(JsonNode? bindings)
    {
        if (bindings is not JsonObject { Count: > 0 } map)
            return [];
        return [.. Enumerable.Range(1, map.Count).Select(i => map[i.ToString(CultureInfo.InvariantCulture)] switch
        {
            JsonObject bind when bind["value"] is not JsonArray => new BindValue((string)bind["type"]!, bind["value"]?.ToString()),
            _ => throw SqlException.NotEmulated("binds of arrays"),
        })];
    }

    /// <summary>A name in a connection: folded, unless it is in quotes.</summary>
    private static string? Name(string text) => text.Length == 0 ? null : ObjectName.Parse(text).Last;

    private static JsonArray ParameterList(SqlSession session) => new([.. Parameters.Select(parameter => (JsonNode)new JsonObject
    {
        ["name"] = parameter.Name, ["value"] = parameter.Name == "TIMEZONE" ? session.TimeZone : parameter.Value.DeepClone(),
    })]);

    private static string Token(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        var start = header.IndexOf("Token=\"", StringComparison.Ordinal);
        return start < 0 ? "" : header[(start + 7)..].TrimEnd('"');
    }

    private SqlSession? Session(HttpContext http) => _sessions.GetValueOrDefault(Token(http));

    private static Reply Gone() => Refused("390104", "Session no longer exists.  New login required to access the service.");

    private static Reply Pending(string handle, string code) => new(200, new JsonObject
    {
        ["data"] = new JsonObject { ["queryId"] = handle, ["getResultUrl"] = $"/queries/{handle}/result", ["queryAbortsAfterSecs"] = 300, ["progressDesc"] = null }, ["code"] = code, ["message"] = null, ["success"] = true,
    });

    private static Reply Failed(SqlException exception, string queryId) => new(200, new JsonObject
    {
        ["data"] = new JsonObject { ["internalError"] = false, ["errorCode"] = exception.Code, ["age"] = 0, ["sqlState"] = exception.SqlState, ["queryId"] = queryId, ["line"] = -1, ["pos"] = -1, ["type"] = "COMPILATION" },
        ["code"] = exception.Code, ["message"] = exception.Message, ["success"] = false, ["headers"] = null,
    });

    private static Reply Refused(string code, string message) => new(200, new JsonObject
    {
        ["data"] = new JsonObject { ["nextAction"] = "RETRY_LOGIN" }, ["code"] = code, ["message"] = message, ["success"] = false, ["headers"] = null,
    });

    private static Reply Envelope(JsonNode? data) => Reply.Ok(new JsonObject { ["data"] = data, ["code"] = null, ["message"] = null, ["success"] = true });
}
