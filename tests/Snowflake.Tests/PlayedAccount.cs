using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake.Tests;

/// <summary>An account on this machine that answers what a test says, in order, and remembers what it was asked.</summary>
public sealed class PlayedAccount : IAsyncDisposable
{
    private readonly ConcurrentQueue<Func<PlayedRequest, PlayedReply>> _replies = new();
    private readonly WebApplication _app;

    private PlayedAccount(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public ConcurrentQueue<PlayedRequest> Requests { get; } = new();

    /// <summary>Completed when a request has come whose path contains the text.</summary>
    public ConcurrentDictionary<string, TaskCompletionSource<PlayedRequest>> Arrivals { get; } = new();

    public static async Task<PlayedAccount> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var account = new PlayedAccount(app);
        app.Run(account.AnswerAsync);
        await app.StartAsync();
        account.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return account;
    }

    /// <summary>The next answer.</summary>
    public PlayedAccount Answers(Func<PlayedRequest, PlayedReply> reply)
    {
        _replies.Enqueue(reply);
        return this;
    }

    public PlayedAccount Answers(int status, string body = "{}") => Answers(_ => new PlayedReply(status, body));

    public PlayedAccount Answers(PlayedReply reply) => Answers(_ => reply);

    /// <summary>Forgets the answers that were not asked for.</summary>
    public void Clear() => _replies.Clear();

    public Task<PlayedRequest> ArrivalOf(string path) => Arrivals.GetOrAdd(path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var request = new PlayedRequest(context.Request.Method, context.Request.Path.Value!, context.Request.Query, new HeaderDictionary(context.Request.Headers.ToDictionary()), await reader.ReadToEndAsync(context.RequestAborted));
        Requests.Enqueue(request);
        foreach (var (path, arrival) in Arrivals)
        {
            if (request.Path.Contains(path, StringComparison.Ordinal))
            {
                arrival.TrySetResult(request);
            }
        }

        var reply = _replies.TryDequeue(out var next) ? next(request) : new PlayedReply(418, """{"message":"the test has no answer to this"}""");
        await reply.After;
        if (reply.Status == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        var body = Encoding.UTF8.GetBytes(reply.Body);
        if (reply.IsCompressed)
        {
            context.Response.Headers.ContentEncoding = "gzip";
            var compressed = new MemoryStream();
            await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            {
                await gzip.WriteAsync(body, CancellationToken.None);
            }

            body = compressed.ToArray();
        }

        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(reply.IsTorn ? body.AsMemory(0, body.Length / 2) : body, CancellationToken.None);
        if (reply.IsTorn)
        {
            await context.Response.Body.FlushAsync(CancellationToken.None);
            context.Abort();
        }
    }
}
