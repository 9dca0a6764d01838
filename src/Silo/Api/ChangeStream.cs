using System.Buffers;
using System.Text;
using System.Text.Json;
using CustomerTrack.Audit;
using CustomerTrack.Dimensions;
using CustomerTrack.Live;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Api;

/// <summary>
/// Writes what a watch sees as server-sent events until either side ends. It reads on only when the connection took what was written, so
/// that a reader who is slow falls behind in the feed, whose memory is bounded, and is told how much it lost.
/// </summary>
internal sealed class ChangeStream(DimensionDefinition dimension, ChangeWatch watch, ChangeFilter filter, bool isMasked) : IResult
{
    public const string ContentType = "text/event-stream";

    private const int ChangesPerFlush = 100;
    private const int BytesPerFlush = 64 * 1024;

    public async Task ExecuteAsync(HttpContext context)
    {
        await using var watching = watch;
        var services = context.RequestServices;
        var options = services.GetRequiredService<IOptions<LiveOptions>>().Value;
        var time = services.GetRequiredService<TimeProvider>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-store";

        // For proxies that would hold events back until they have a buffer full.
        context.Response.Headers["X-Accel-Buffering"] = "no";

        // A reader may pause for as long as it likes; it costs nothing but its connection.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        try
        {
            await WriteAsync(context.Response, services.GetRequiredService<KeyHash>(), options.Heartbeat, time, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader has gone, or the process is stopping: the stream has no other end.
        }
    }

    private async Task WriteAsync(HttpResponse response, KeyHash keys, TimeSpan heartbeat, TimeProvider time, CancellationToken cancellationToken)
    {
        var events = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(events);
        Event(events, json, "open", watch.Last, writer => writer.WriteString("dimension", dimension.Name));
        if (watch.Gap is { } gap)
        {
            Event(events, json, "gap", watch.Last, writer => writer.WriteString("reason", gap));
        }

        var written = time.GetTimestamp();
        while (true)
        {
            var page = watch.Read(ChangesPerFlush);
            if (page.Missed > 0)
            {
                Event(events, json, "dropped", new(watch.Session, page.First - 1), writer => writer.WriteNumber("count", page.Missed));
            }

            if (page.Gap is { } missing)
            {
                Event(events, json, "gap", new(watch.Session, page.First), writer => writer.WriteString("reason", missing));
            }

            for (var i = 0; i < page.Changes.Count; i++)
            {
                var change = page.Changes[i];
                if (filter.Wants(change))
                {
                    Event(events, json, "change", new(watch.Session, page.First + i), writer => ChangeJson.WriteMembers(writer, change, isMasked, keys));
                    written = events.WrittenCount >= BytesPerFlush ? await SendAsync(response, events, time, cancellationToken) : written;
                }
            }

            if (events.WrittenCount == 0 && time.GetElapsedTime(written) >= heartbeat)
            {
                // The id moves on although nothing passed the filters, so that who comes back does not ask for all of it again.
                events.Write(Encoding.UTF8.GetBytes($": still here\nid: {watch.Last}\n\n"));
            }

            if (events.WrittenCount > 0)
            {
                written = await SendAsync(response, events, time, cancellationToken);
            }

            if (page.IsLast)
            {
                return;
            }

            if (page.Changes.Count == 0 && page.Gap is null)
            {
                await WaitAsync(heartbeat - time.GetElapsedTime(written), time, cancellationToken);
            }
        }
    }

    /// <summary>Completes when the connection took it; says when that was.</summary>
    private static async Task<long> SendAsync(HttpResponse response, ArrayBufferWriter<byte> events, TimeProvider time, CancellationToken cancellationToken)
    {
        response.BodyWriter.Write(events.WrittenSpan);
        events.ResetWrittenCount();
        await response.BodyWriter.FlushAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return time.GetTimestamp();
    }

    private async Task WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await watch.WaitAsync(cancellationToken).WaitAsync(most > TimeSpan.Zero ? most : TimeSpan.Zero, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Time for a sign of life.
        }
    }

    private static void Event(ArrayBufferWriter<byte> events, Utf8JsonWriter json, string name, ChangeId id, Action<Utf8JsonWriter> members)
    {
        events.Write(Encoding.UTF8.GetBytes($"id: {id}\nevent: {name}\ndata: "));
        json.Reset(events);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        events.Write("\n\n"u8);
    }
}
