using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.S3Server;

/// <summary>
/// Stands between a client and a store and lets requests go wrong as a plan says. Everything else passes unchanged, the Host header too, which
/// signatures cover.
/// </summary>
public sealed class FaultyS3 : IAsyncDisposable
{
    private static readonly HashSet<string> OfTheConnection = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding", "Expect", "Host", "Content-Length" };

    private readonly WebApplication _app;
    private readonly Uri _store;
    private readonly HttpMessageInvoker _forward = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly List<S3Request> _requests = [];
    private volatile Func<S3Request, S3Fault?> _plan = static _ => null;

    private FaultyS3(Uri store)
    {
        _store = store;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Where clients reach it.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>What goes wrong with a request; null for nothing.</summary>
    public Func<S3Request, S3Fault?> Plan
    {
        get => _plan;
        set => _plan = value;
    }

    /// <summary>Everything that came so far.</summary>
    public IReadOnlyList<S3Request> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Starts a proxy on a free port.</summary>
    public static async Task<FaultyS3> StartAsync(Uri store)
    {
        var proxy = new FaultyS3(store);
        await proxy._app.StartAsync();
        proxy.Endpoint = new(proxy._app.Urls.First());
        return proxy;
    }

    /// <summary>A plan that lets a share of all requests go wrong, in every way, repeatable by its seed as far as requests come in the same order.</summary>
    public static Func<S3Request, S3Fault?> Chance(int seed, double share)
    {
        var random = new Random(seed);
        S3Fault[] faults = [S3Fault.SlowDown, S3Fault.InternalError, new S3Fault.BreakBefore(), new S3Fault.LoseAnswer(), new S3Fault.BreakBody(), new S3Fault.Delay(TimeSpan.FromMilliseconds(20))];
        return _ =>
        {
            lock (random)
            {
                return random.NextDouble() < share ? faults[random.Next(faults.Length)] : null;
            }
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _forward.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        S3Request request;
        lock (_requests)
        {
            request = new(
                _requests.Count + 1,
                context.Request.Method,
                context.Request.Path.Value ?? "",
                context.Request.QueryString.Value ?? "",
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            _requests.Add(request);
        }

        var fault = _plan(request);
        switch (fault)
        {
            case S3Fault.Answer answer:
                await AnswerAsync(context, answer);
                return;
            case S3Fault.BreakBefore:
                context.Abort();
                return;
            case S3Fault.Delay delay:
                await Task.Delay(delay.By, context.RequestAborted);
                break;
            default:
                break;
        }

        await ForwardAsync(context, fault);
    }

    private static async Task AnswerAsync(HttpContext context, S3Fault.Answer answer)
    {
        // Read first: a client that is still sending sees a broken connection and no answer.
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/xml";
        foreach (var (name, value) in answer.Headers ?? new Dictionary<string, string>())
        {
            context.Response.Headers[name] = value;
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{answer.Code}</Code><Message>By the plan of the test.</Message><RequestId>proxy</RequestId></Error>", context.RequestAborted);
        }
    }

    private async Task ForwardAsync(HttpContext context, S3Fault? fault)
    {
        // As it was sent: a path that is escaped in another way has another signature.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var address = new Uri(_store.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new(context.Request.Method), address);
        request.Headers.Host = context.Request.Host.Value;
        if (context.Request.ContentLength is { } length)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentLength = length;
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (!OfTheConnection.Contains(name) && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        using var response = await _forward.SendAsync(request, CancellationToken.None);
        var body = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
        if (fault is S3Fault.LoseAnswer)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!OfTheConnection.Contains(name))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        context.Response.ContentLength = response.Content.Headers.ContentLength ?? (response.StatusCode == HttpStatusCode.NoContent ? null : body.Length);
        if (HttpMethods.IsHead(context.Request.Method) || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return;
        }

        if (fault is S3Fault.BreakBody && body.Length > 1)
        {
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
