using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What a test asks the emulator itself: faults, clock, state. Not part of Snowflake.</summary>
internal sealed class AdminApi(EmulatedAccount account)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public async Task<Reply> FaultsAsync(HttpContext http)
    {
        var body = await Requests.BodyAsync(http).ConfigureAwait(false);
        try
        {
            account.Faults.Set(body.Deserialize<FaultOptions>(Json)!);
        }
        catch (JsonException exception)
        {
            throw Requests.BadRequest(exception.Message);
        }
        return Reply.Ok(new JsonObject { ["seed"] = account.Faults.Seed });
    }

    public async Task<Reply> ClockAsync(HttpContext http)
    {
        var body = await Requests.BodyAsync(http).ConfigureAwait(false);
        account.Clock.Advance(TimeSpan.FromSeconds((double?)body["advanceSeconds"] ?? throw Requests.BadRequest("advanceSeconds is missing.")));
        return Reply.Ok(new JsonObject { ["now"] = account.Clock.Now.ToString("O") });
    }

    /// <summary>Plays the events of a bucket for a pipe with AUTO_INGEST, or announces everything to any pipe: what is there now.</summary>
    public async Task<Reply> RefreshAsync(HttpContext http)
    {
        var body = await Requests.BodyAsync(http).ConfigureAwait(false);
        var pipe = account.Catalog.Find<PipeObject>(ObjectKind.Pipe, ObjectName.Parse((string?)body["pipe"] ?? "")) ?? throw Requests.BadRequest("There is no such pipe.");
        account.Loader.Refresh(pipe, "");
        return Reply.Ok(new JsonObject { ["queued"] = account.Loader.Queued });
    }

    public Task<Reply> StateAsync(HttpContext http)
    {
        using var session = account.OpenAs("ACCOUNTADMIN");
        return Task.FromResult(Reply.Ok(new JsonObject
        {
            ["seed"] = account.Faults.Seed,
            ["now"] = account.Clock.Now.ToString("O"),
            ["counters"] = JsonSerializer.SerializeToNode(account.Counters.All()),
            ["queuedFiles"] = account.Loader.Queued,
            ["filesByStatus"] = JsonSerializer.SerializeToNode(account.Loader.Records.CountBy(record => record.Status).ToDictionary()),
            ["warehouses"] = new JsonObject(account.Catalog.Of<WarehouseObject>().Select(Warehouse)),
            ["tasks"] = new JsonObject(account.Catalog.Of<TaskObject>().Select(task => KeyValuePair.Create(task.Name.ToString(), (JsonNode?)new JsonObject
            {
                ["started"] = task.Started, ["running"] = task.Running, ["failuresInARow"] = task.FailuresInARow,
            }))),
            ["streams"] = new JsonObject(account.Catalog.Of<StreamObject>().Select(stream => KeyValuePair.Create(stream.Name.ToString(), (JsonNode?)new JsonObject
            {
                ["hasData"] = account.Catalog.ById(stream.TableId) is null ? null : account.StreamHasData(session, stream), ["stale"] = account.Catalog.ById(stream.TableId) is null,
            }))),
            ["isIdle"] = IsIdle(session),
            ["lastInternalError"] = account.LastInternalError,
        }));
    }

    /// <summary>Nothing is queued, no task runs, and no started task has something in its streams.</summary>
    private bool IsIdle(SqlSession session) =>
        account.Loader.Queued == 0
        && !account.Catalog.Of<TaskObject>().Any(task => task.Running || task.Asked)
        && !account.Catalog.Of<StreamObject>().Any(stream => account.Catalog.ById(stream.TableId) is not null && account.StreamHasData(session, stream));

    private static KeyValuePair<string, JsonNode?> Warehouse(WarehouseObject warehouse)
    {
        var (state, resumes, seconds) = warehouse.Report();
        return KeyValuePair.Create(warehouse.Name.ToString(), (JsonNode?)new JsonObject { ["state"] = state, ["resumes"] = resumes, ["paidSeconds"] = seconds });
    }
}
