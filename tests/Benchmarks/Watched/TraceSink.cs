using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Benchmarks;

/// <summary>Takes traces by OTLP over HTTP, and counts their bytes.</summary>
internal sealed class TraceSink : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _bytes;

    private TraceSink(WebApplication app)
    {
        _app = app;
        app.Run(async context =>
        {
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer)) > 0)
            {
                Interlocked.Add(ref _bytes, read);
            }

            context.Response.ContentType = "application/x-protobuf";
        });
    }

    public Uri Address => new(new(_app.Urls.First()), "/v1/traces");

    /// <summary>How many came in so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public static async Task<TraceSink> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var sink = new TraceSink(builder.Build());
        await sink._app.StartAsync(cancellationToken);
        return sink;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
