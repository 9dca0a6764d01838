using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Sends requests to an account. What was throttled, timed out or did not arrive is sent again, with growing pauses, for three
/// minutes at most; a refused token is replaced once.
/// </summary>
internal sealed partial class SnowflakeHttp : IDisposable
{
    /// <summary>Snowflake answers within 45 seconds, be it only that it is not done.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TotalTimeout = TimeSpan.FromMinutes(3);

    /// <summary>A server that asks for a longer pause is not waited for: the caller should know.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private const int Retries = 6;

    private static readonly string Version = typeof(SnowflakeHttp).Assembly.GetName().Version?.ToString(3) ?? "0";
    private static readonly ResiliencePropertyKey<SnowflakeRequest> Request = new("request");

    private readonly HttpClient _client;
    private readonly ICredential _credential;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    /// <exception cref="SnowflakeException">The options lack something, or hold what cannot be used.</exception>
    public SnowflakeHttp(SnowflakeOptions options, ICredential credential, TimeProvider time, ILogger logger)
    {
        _credential = credential;
        _time = time;
        _logger = logger;
        var address = SnowflakeAddress.Of(options);
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            LogUnencrypted(address);
        }

        // Connections are given up now and then, so that a changed address is found.
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            AutomaticDecompression = DecompressionMethods.All,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        _client = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("CustomerTrack", Version));
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _client.DefaultRequestHeaders.Add("X-Snowflake-Authorization-Token-Type", _credential.TokenType);
        _pipeline = Pipeline();
    }

    /// <summary>Sends a request until it is answered for good; every answer but a success is thrown.</summary>
    /// <exception cref="SnowflakeException">Snowflake refused, or was not reached.</exception>
    public async Task<SnowflakeReply> SendAsync(SnowflakeRequest request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var outcome = "cancelled";
        try
        {
            var reply = await SendWithAnyTokenAsync(request, cancellationToken);
            if ((int)reply.Status is < 200 or > 299)
            {
                throw SnowflakeErrors.Of(request, reply, _client.BaseAddress!, _credential);
            }

            outcome = "ok";
            return reply;
        }
        catch (SnowflakeException exception)
        {
            outcome = exception.IsTransient ? "unavailable" : "refused";
            throw;
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException)
        {
            outcome = "unavailable";
            throw SnowflakeErrors.Unreachable(request.Operation, _client.BaseAddress!, exception);
        }
        finally
        {
            SnowflakeInstruments.Record(request.Operation, outcome, _time.GetElapsedTime(started));
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<SnowflakeReply> SendWithAnyTokenAsync(SnowflakeRequest request, CancellationToken cancellationToken)
    {
        var attempts = 0;
        for (var isRenewed = false; ; isRenewed = true)
        {
            var token = "";
            var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
            context.Properties.Set(Request, request);
            try
            {
                using var response = await _pipeline.ExecuteAsync(
                    async attempt =>
                    {
                        token = _credential.Token();
                        using var message = Message(request, token, attempts++);
                        return await AttemptAsync(message, request.Grace, cancellationToken, attempt.CancellationToken);
                    },
                    context);
                if (response.StatusCode == HttpStatusCode.Unauthorized && !isRenewed && _credential.Renew(token))
                {
                    LogRenewed(request.Operation);
                    continue;
                }

                return new SnowflakeReply(response.StatusCode, await response.Content.ReadAsByteArrayAsync(CancellationToken.None), RetryAfter(response));
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
            }
        }
    }

    /// <summary>One exchange. The answer is read whole, so that a torn one is tried again too.</summary>
    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage message, TimeSpan grace, CancellationToken caller, CancellationToken attempt)
    {
        LogAttempt(message.Method, message.RequestUri!);
        if (grace == TimeSpan.Zero)
        {
            return await _client.SendAsync(message, HttpCompletionOption.ResponseContentRead, attempt);
        }

        // The attempt's own end (its time is up) counts at once, the caller's only after the grace.
        using var source = new CancellationTokenSource();
        await using var registration = attempt.Register(() => source.CancelAfter(caller.IsCancellationRequested ? grace : TimeSpan.Zero));
        try
        {
            return await _client.SendAsync(message, HttpCompletionOption.ResponseContentRead, source.Token);
        }
        catch (OperationCanceledException exception) when (attempt.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, attempt);
        }
    }

    private static HttpRequestMessage Message(SnowflakeRequest request, string token, int attempt)
    {
        var path = request.MarksRetries && attempt > 0 ? request.Path + "&retry=true" : request.Path;
        var message = new HttpRequestMessage(request.Method, path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return message;
    }

    private ResiliencePipeline<HttpResponseMessage> Pipeline() => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _time }
        .AddTimeout(TotalTimeout)
        .AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = TimeSpan.FromSeconds(20),
            ShouldHandle = ShouldRetryAsync,
            DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result is { } response ? RetryAfter(response) : null),
            OnRetry = arguments =>
            {
                LogRetry(arguments.Context.Properties.GetValue(Request, null!).Operation, Reason(arguments.Outcome), arguments.RetryDelay.TotalSeconds);
                return ValueTask.CompletedTask;
            },
        })
        .AddTimeout(AttemptTimeout)
        .Build();

    private async ValueTask<bool> ShouldRetryAsync(RetryPredicateArguments<HttpResponseMessage> arguments)
    {
        if (arguments.Outcome.Exception is HttpRequestException exception)
        {
            return SnowflakeErrors.MayPass(exception);
        }

        if (arguments.Outcome.Result is { StatusCode: HttpStatusCode.NotFound })
        {
            return arguments.Context.Properties.GetValue(Request, null!).IsOfKnown;
        }

        if (!HttpClientResiliencePredicates.IsTransient(arguments.Outcome))
        {
            return false;
        }

        if (arguments.Outcome.Result is not { } response)
        {
            return true;
        }

        // 408 with a statement's handle is not a lost request: the statement itself ran out of time.
        return !(RetryAfter(response) > LongestPause)
            && !(response.StatusCode == HttpStatusCode.RequestTimeout && SnowflakeFailure.Read(await response.Content.ReadAsByteArrayAsync(CancellationToken.None)).StatementHandle is not null);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var pause = response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date - _time.GetUtcNow());
        return pause is null || pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }

    private static string Reason(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Result: { } response } => ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture),
        { Exception: HttpRequestException exception } => exception.HttpRequestError.ToString(),
        { Exception: { } exception } => exception.GetType().Name,
        _ => "",
    };

    [LoggerMessage(LogLevel.Warning, "Requests to {Address} are not encrypted: tokens can be read on the way.")]
    private partial void LogUnencrypted(Uri address);

    [LoggerMessage(LogLevel.Trace, "{Method} {Path}.")]
    private partial void LogAttempt(HttpMethod method, Uri path);

    [LoggerMessage(LogLevel.Warning, "Snowflake did not take {Operation} ({Reason}); it is sent again in {Seconds:F1} s.")]
    private partial void LogRetry(string operation, string reason, double seconds);

    [LoggerMessage(LogLevel.Information, "Snowflake refused the token for {Operation}; another one is tried.")]
    private partial void LogRenewed(string operation);
}
