using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Telemetry;

/// <summary>Takes what a process exports by OTLP, over HTTP with protobuf.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<ReceivedSpan> _spans = [];
    private readonly HashSet<string> _instruments = new(StringComparer.Ordinal);
    private readonly List<byte[]> _requests = [];

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", (HttpRequest request) => TakeAsync(request, body => _spans.AddRange(OtlpDecoder.Spans(body))));
        app.MapPost("/v1/metrics", (HttpRequest request) => TakeAsync(request, body => _instruments.UnionWith(OtlpDecoder.Instruments(body))));
    }

    /// <summary>The spans that came in so far.</summary>
    public IReadOnlyList<ReceivedSpan> Spans
    {
        get
        {
            lock (_requests)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>The names of the instruments that came in so far.</summary>
    public IReadOnlySet<string> Instruments
    {
        get
        {
            lock (_requests)
            {
                return new HashSet<string>(_instruments, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>What makes a process export to it soon, and everything.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BSP_MAX_QUEUE_SIZE"] = "100000",
        ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "512",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
    };

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var receiver = new OtlpReceiver(builder.Build());
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>How many of the requests so far have this text anywhere in them.</summary>
    public int RequestsWith(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        lock (_requests)
        {
            return _requests.Count(request => request.AsSpan().IndexOf(bytes) >= 0);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request, Action<byte[]> take)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        lock (_requests)
        {
            _requests.Add(body.ToArray());
            take(_requests[^1]);
        }

        // An empty response message.
        return Results.Bytes([], "application/x-protobuf");
    }
}
