using CustomerTrack.Emit;
using Orleans.Streams;

namespace CustomerTrack.Live;

/// <summary>The Orleans stream of a process that is alone: queue, subscriptions and both ends are in it, so nothing can be lost between them.</summary>
internal sealed partial class StreamDeltaSource(IServiceProvider services, ILogger<StreamDeltaSource> logger) : IDeltaSource
{
    public async Task<IAsyncDisposable> ListenAsync(string dimension, IDeltaListener listener, CancellationToken cancellationToken)
    {
        var stream = StreamDeltaFeed.StreamOf(services.GetRequiredKeyedService<IStreamProvider>(StreamDeltaFeed.ProviderName), dimension);
        return new Subscription(dimension, await stream.SubscribeAsync((batch, _) => listener.TakeAsync(batch.Deltas)), logger);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The feed of {Dimension} could not be told that nobody watches any more.")]
    private static partial void LogNotUnsubscribed(ILogger logger, Exception exception, string dimension);

    private sealed class Subscription(string dimension, StreamSubscriptionHandle<DeltaFeedBatch> handle, ILogger logger) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await handle.UnsubscribeAsync();
            }
            catch (Exception failed)
            {
                // The silo may be on its way out. What still comes goes into a ring that nobody reads.
                LogNotUnsubscribed(logger, failed, dimension);
            }
        }
    }
}
