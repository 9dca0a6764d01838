using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Telemetry;

/// <summary>Takes what processes export by OTLP, over HTTP with protobuf or by gRPC.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    // A flag and the length stand before a message.
    private const int GrpcFrame = 5;

    private readonly WebApplication _app;
    private readonly List<ReceivedSpan> _spans = [];
    private readonly HashSet<string> _instruments = new(StringComparer.Ordinal);
    private readonly List<byte[]> _requests = [];

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", (HttpRequest request) => TakeAsync(request, frame: 0, TakeSpans));
        app.MapPost("/v1/metrics", (HttpRequest request) => TakeAsync(request, frame: 0, body => _instruments.UnionWith(OtlpDecoder.Instruments(body))));
        app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", (HttpContext call) => AnswerAsync(call, TakeSpans));
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

    /// <summary>Where it takes traces by gRPC.</summary>
    public string GrpcEndpoint => _app.Urls.Last();

    /// <summary>What makes a process export to it soon, and everything, over HTTP.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BSP_MAX_QUEUE_SIZE"] = "100000",
        ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "512",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
    };

    public static Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken) => StartAsync(new(IPAddress.Loopback, 0), cancellationToken);

    /// <param name="grpc">Where it takes traces by gRPC.</param>
    public static async Task<OtlpReceiver> StartAsync(IPEndPoint grpc, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(grpc, listen => listen.Protocols = HttpProtocols.Http2);
        });
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

    private async Task AnswerAsync(HttpContext call, Action<byte[]> take)
    {
        await TakeAsync(call.Request, GrpcFrame, take);
        call.Response.ContentType = "application/grpc";
        call.Response.AppendTrailer("grpc-status", "0");
        await call.Response.Body.WriteAsync(new byte[GrpcFrame], call.RequestAborted);
    }

    private void TakeSpans(byte[] body) => _spans.AddRange(OtlpDecoder.Spans(body));

    private async Task<IResult> TakeAsync(HttpRequest request, int frame, Action<byte[]> take)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        lock (_requests)
        {
            _requests.Add(body.ToArray()[frame..]);
            take(_requests[^1]);
        }

        // An empty response message.
        return Results.Bytes([], "application/x-protobuf");
    }
}
