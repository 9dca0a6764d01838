using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Snowpipe's REST API.</summary>
internal sealed class SnowpipeApi(EmulatedAccount account, TokenVerifier tokens)
{
    private const int MostFiles = 5_000, LongestPath = 1_024, MostEvents = 10_000;
    private static readonly TimeSpan ReportMemory = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<long, Queue<DateTimeOffset>> _scans = new();

    public async Task<Reply> InsertFilesAsync(HttpContext http)
    {
        var pipe = Pipe(http, "OPERATE");
        var files = await FilesAsync(http).ConfigureAwait(false);
        if (files.Count > MostFiles)
            throw Requests.BadRequest($"{files.Count} files; at most {MostFiles} are allowed in one request.");
        if (files.Find(file => Encoding.UTF8.GetByteCount(file.Path) > LongestPath).Path is { } longest)
            throw Requests.BadRequest($"A path has {Encoding.UTF8.GetByteCount(longest)} bytes; at most {LongestPath} are allowed.");
        account.Counters.Add("snowpipe.insertFiles");
        try
        {
            account.Loader.Announce(pipe, files);
        }
        catch (SqlException exception)
        {
            throw new ReplyException(Reply.Error(404, exception.Code, exception.Message));
        }
        return Reply.Ok(new JsonObject { ["requestId"] = http.Request.Query["requestId"].ToString() is { Length: > 0 } id ? id : Guid.NewGuid().ToString(), ["status"] = "success" });
    }

    public Task<Reply> InsertReportAsync(HttpContext http)
    {
        var pipe = Pipe(http, "MONITOR");
        var all = account.Loader.Events(pipe);
        var from = Mark(http.Request.Query["beginMark"].ToString());
        if (account.Faults.Happens(account.Faults.Options.ReportDuplicates, "reportDuplicates"))
            from = Math.Max(0, from - 10);
        var oldest = account.Clock.Now - ReportMemory;
        var remembered = all.Select((record, i) => (record, i)).Where(one => one.i >= from && one.record.Loaded >= oldest).ToList();
        var shown = remembered.TakeLast(MostEvents).ToList();
        return Task.FromResult(Reply.Ok(new JsonObject
        {
            ["pipe"] = pipe.Name.ToString(), ["completeResult"] = shown.Count == remembered.Count, ["nextBeginMark"] = $"1_{all.Count}",
            ["files"] = new JsonArray([.. shown.Select(one => (JsonNode)File(one.record))]), ["statistics"] = new JsonObject { ["activeFilesCount"] = account.Loader.Active(pipe) },
        }));
    }

    public Task<Reply> LoadHistoryScanAsync(HttpContext http)
    {
        var pipe = Pipe(http, "MONITOR");
        var start = Time(http, "startTimeInclusive") ?? throw Requests.BadRequest("startTimeInclusive is missing.");
        var end = Time(http, "endTimeExclusive") ?? account.Clock.Now;
        CheckRate(pipe);
        var found = account.Loader.Events(pipe).Where(record => record.Loaded >= start && record.Loaded < end).OrderBy(record => record.Loaded).ToList();
        var shown = found.Take(MostEvents).ToList();
        // A cut in the middle of one instant would lose its rest for a caller that goes on from there.
        if (shown.Count < found.Count)
            shown = [.. shown.TakeWhile(record => record.Loaded < shown[^1].Loaded)];
        return Task.FromResult(Reply.Ok(new JsonObject
        {
            ["pipe"] = pipe.Name.ToString(), ["completeResult"] = shown.Count == found.Count, ["startTimeInclusive"] = Text(start), ["endTimeExclusive"] = Text(end),
            ["rangeStartTime"] = shown.Count > 0 ? Text(shown[0].Loaded!.Value) : Text(start), ["rangeEndTime"] = shown.Count < found.Count ? Text(found[shown.Count].Loaded!.Value) : Text(end),
            ["files"] = new JsonArray([.. shown.Select(record => (JsonNode)File(record))]),
        }));
    }

    private PipeObject Pipe(HttpContext http, string privilege)
    {
        var user = tokens.Verify(http.Request);
        var text = Uri.UnescapeDataString((string)http.Request.RouteValues["pipe"]!);
        PipeObject? pipe;
        try
        {
            pipe = account.Catalog.Find<PipeObject>(ObjectKind.Pipe, ObjectName.Parse(text));
        }
        catch (SqlException exception)
        {
            throw Requests.BadRequest($"'{text}' is not a name of a pipe: {exception.Message}");
        }
        // Snowpipe uses the user's default role.
        using var session = account.Open(user, null);
        if (pipe is null || !account.Access.Sees(session.Role, pipe) || !account.Access.Has(session.Role, privilege, pipe))
            throw new ReplyException(Reply.Error(404, "390404", $"Specified object does not exist or not authorized. Pipe not found: {text} (role {session.Role}, {privilege})"));
        if (pipe.AutoIngest)
            throw Requests.BadRequest($"The pipe {pipe.Name} has AUTO_INGEST = TRUE: the REST API is for the others.");
        return pipe.Paused && privilege == "OPERATE" ? throw Requests.BadRequest($"The pipe {pipe.Name} is paused.") : pipe;
    }

    private static async Task<List<(string Path, long Size)>> FilesAsync(HttpContext http)
    {
        if (http.Request.ContentType?.StartsWith("text/plain", StringComparison.Ordinal) == true)
        {
            using var reader = new StreamReader(http.Request.Body);
            var text = await reader.ReadToEndAsync(http.RequestAborted).ConfigureAwait(false);
            return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(path => (path, 0L))];
        }
        var body = await Requests.BodyAsync(http).ConfigureAwait(false);
        if (body["files"] is not JsonArray array)
            throw Requests.BadRequest("The field 'files' is missing.");
        return [.. array.Select(file => ((string?)file?["path"] ?? throw Requests.BadRequest("A file without a path."), (long?)file?["size"] ?? 0))];
    }

    private static int Mark(string text)
    {
        if (text.Length == 0)
            return 0;
        var parts = text.Split('_');
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var mark) ? mark : throw Requests.BadRequest($"beginMark '{text}' is not a mark.");
    }

    private static DateTimeOffset? Time(HttpContext http, string name)
    {
        var text = http.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw Requests.BadRequest($"{name} '{text}' is not a time in ISO 8601.");
    }

    private void CheckRate(PipeObject pipe)
    {
        var scans = _scans.GetOrAdd(pipe.Id, _ => new Queue<DateTimeOffset>());
        lock (scans)
        {
            var now = account.Clock.Real;
            while (scans.TryPeek(out var oldest) && oldest < now.AddMinutes(-1))
                scans.Dequeue();
            if (scans.Count >= account.Options.HistoryScansPerMinute)
                throw new ReplyException(Reply.Error(429, "390429", "Too many calls of loadHistoryScan."));
            scans.Enqueue(now);
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static JsonObject File(LoadRecord record)
    {
        var file = new JsonObject
        {
            ["path"] = record.Path, ["stageLocation"] = record.StageLocation, ["fileSize"] = record.Size, ["timeReceived"] = Text(record.Received), ["lastInsertTime"] = Text(record.Loaded!.Value),
            ["rowsInserted"] = record.Rows, ["rowsParsed"] = record.Rows, ["errorsSeen"] = record.Error is null ? 0 : 1, ["errorLimit"] = 1, ["complete"] = true, ["status"] = record.Status,
        };
        if (record.Error is { } error)
        {
            file["firstError"] = error;
            file["firstErrorLineNum"] = 0;
            file["firstErrorCharacterPos"] = 0;
            file["firstErrorColumnName"] = "";
            file["systemError"] = error;
        }
        return file;
    }
}
