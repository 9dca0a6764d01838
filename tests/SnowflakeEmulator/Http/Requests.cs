using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Around every endpoint: faults before and after, errors as answers, the answer written.</summary>
internal sealed class Requests(EmulatedAccount account)
{
    /// <summary>An endpoint that the dice may hit.</summary>
    public RequestDelegate Faulty(Func<HttpContext, Task<Reply>> endpoint, bool canBeAccepted = false) => async http =>
    {
        if (Away(http))
            return;
        var faults = account.Faults;
        var options = faults.Options;
        if (faults.Happens(options.SlowAnswers, "slowAnswers"))
            await Task.Delay(TimeSpan.FromSeconds(options.SlowSeconds), http.RequestAborted).ConfigureAwait(false);
        var refusal = Refusal(faults, options);
        http.Items["accepted"] = canBeAccepted && refusal is null && faults.Happens(options.Accepted, "accepted");
        var reply = refusal ?? await Run(endpoint, http).ConfigureAwait(false);
        if (refusal is null && faults.Happens(options.LostAnswers, "lostAnswers"))
        {
            http.Abort();
            return;
        }
        await WriteAsync(http, reply).ConfigureAwait(false);
    };

    /// <summary>An endpoint that only an account that is away keeps from answering.</summary>
    public RequestDelegate Plain(Func<HttpContext, Task<Reply>> endpoint) => async http =>
    {
        if (!Away(http))
            await WriteAsync(http, await Run(endpoint, http).ConfigureAwait(false)).ConfigureAwait(false);
    };

    public static RequestDelegate Admin(Func<HttpContext, Task<Reply>> endpoint) => async http => await WriteAsync(http, await Run(endpoint, http).ConfigureAwait(false)).ConfigureAwait(false);

    public static async Task<JsonObject> BodyAsync(HttpContext http)
    {
        await using var stream = http.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(http.Request.Body, CompressionMode.Decompress) : http.Request.Body;
        try
        {
            return await JsonNode.ParseAsync(stream, cancellationToken: http.RequestAborted).ConfigureAwait(false) as JsonObject ?? throw BadRequest("The body is not a JSON object.");
        }
        catch (JsonException exception)
        {
            throw BadRequest($"The body is not JSON: {exception.Message}");
        }
    }

    public static ReplyException BadRequest(string message) => new(Reply.Error(400, "391900", message));

    private bool Away(HttpContext http)
    {
        if (!account.Faults.IsAway)
            return false;
        account.Counters.Add("faults.away");
        http.Abort();
        return true;
    }

    private static Reply? Refusal(FaultPlan faults, FaultOptions options)
    {
        if (faults.Happens(options.Unauthorized, "unauthorized"))
            return Reply.Error(401, "390144", "JWT token is invalid. [emulated]");
        if (faults.Happens(options.NotFound, "notFound"))
            return Reply.Error(404, "404", "Not found. [emulated]");
        if (faults.Happens(options.TooManyRequests, "tooManyRequests"))
            return Reply.Error(429, "429", "Too many requests. [emulated]");
        return faults.Happens(options.Unavailable, "unavailable") ? Reply.Error(503, "503", "Service unavailable. [emulated]") : null;
    }

    private static async Task<Reply> Run(Func<HttpContext, Task<Reply>> endpoint, HttpContext http)
    {
        try
        {
            return await endpoint(http).ConfigureAwait(false);
        }
        catch (ReplyException exception)
        {
            return exception.Reply;
        }
    }

    private static async Task WriteAsync(HttpContext http, Reply reply)
    {
        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = "application/json";
        var bytes = reply.Body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(reply.Body);
        if (reply.Compressed)
        {
            http.Response.Headers.ContentEncoding = "gzip";
            using var buffer = new MemoryStream();
            await using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
                await gzip.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
            bytes = buffer.ToArray();
        }
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
    }
}
