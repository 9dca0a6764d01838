using System.Net;
using Amazon.Runtime;

namespace CustomerTrack.S3;

/// <summary>Gives the SDK connections whose every attempt has a time limit, and reads the store's clock on the way.</summary>
internal sealed class S3HttpClients(TimeSpan attempt, TimeProvider time) : HttpClientFactory
{
    private long _clockDifference;

    private static readonly TimeSpan Connect = TimeSpan.FromSeconds(10);

    // Addresses change; a connection in constant use would never ask again.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>How far the store's clock was ahead of this machine's at the last refusal.</summary>
    public TimeSpan ClockDifference => new(Interlocked.Read(ref _clockDifference));

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Attempt(this, attempt, time)
    {
        InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = Connect < attempt ? Connect : attempt,
            PooledConnectionLifetime = Lifetime,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    private sealed class Attempt(S3HttpClients clients, TimeSpan longest, TimeProvider time) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(longest);
            try
            {
                var response = await base.SendAsync(request, limit.Token);
                if (response.StatusCode == HttpStatusCode.Forbidden && response.Headers.Date is { } there)
                {
                    Interlocked.Exchange(ref clients._clockDifference, (there - time.GetUtcNow()).Ticks);
                }

                return response;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // As the SDK knows a broken connection, so that it tries again.
                throw new HttpRequestException($"No answer within {longest}.", new TimeoutException());
            }
        }
    }
}
