using CustomerTrack.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.PubSub;

namespace CustomerTrack.Emit;

/// <summary>
/// Publishes deltas on one Orleans stream per dimension, a batch as one item. Without subscribers nothing is copied: a stream
/// item costs more than the change it carries.
/// </summary>
public sealed partial class StreamDeltaFeed(IServiceProvider services, ILogger<StreamDeltaFeed> logger) : IDeltaFeed
{
    /// <summary>The stream provider's name.</summary>
    public const string ProviderName = "deltas";

    /// <summary>The streams' namespace; a stream's key is the dimension's name.</summary>
    public const string Namespace = "ct.deltas";

    // A stream item is copied and queued as a whole; a backfill's batches are cut so that no item grows without bounds. Never inside a
    // customer: what one batch changed of it belongs together.
    private const int DeltasPerItem = 1_000;

    // The queue's cache holds items in blocks of 1 MB, and one that fits into none stops the queue for all that come after it.
    private const int BytesPerItem = 256 * 1024;
    private const int MaxBytesPerItem = 768 * 1024;

    /// <summary>The stream of a dimension.</summary>
    public static IAsyncStream<DeltaFeedBatch> StreamOf(IStreamProvider provider, string dimension) =>
        provider.GetStream<DeltaFeedBatch>(StreamId.Create(Namespace, dimension));

    public async ValueTask PublishAsync(string dimension, IReadOnlyList<Delta> deltas)
    {
        try
        {
            var provider = services.GetRequiredKeyedService<IStreamProvider>(ProviderName);
            if (!await HasSubscribersAsync(provider, dimension))
            {
                return;
            }

            var stream = StreamOf(provider, dimension);
            for (var from = 0; from < deltas.Count;)
            {
                var (to, bytes) = Part(deltas, from);
                if (bytes > MaxBytesPerItem)
                {
                    LogTooLarge(dimension, to - from, bytes);
                }
                else
                {
                    var part = new Delta[to - from];
                    for (var i = 0; i < part.Length; i++)
                    {
                        part[i] = deltas[from + i];
                    }

                    await stream.OnNextAsync(new DeltaFeedBatch { Dimension = dimension, Deltas = part });
                }

                from = to;
            }
        }
        catch (Exception exception)
        {
            // The feed is best effort by contract; the lake has every delta.
            LogNotPublished(exception, dimension, deltas.Count);
        }
    }

    /// <summary>Where the item that starts at <paramref name="from"/> ends: whole customers, as many as fit, one at least.</summary>
    private static (int To, int Bytes) Part(IReadOnlyList<Delta> deltas, int from)
    {
        var (to, bytes) = (from, 0);
        while (to < deltas.Count && to - from < DeltasPerItem)
        {
            var (end, more) = (to, 0);
            do
            {
                more += BytesOf(deltas[end++]);
            }
            while (end < deltas.Count && deltas[end].Key == deltas[to].Key);

            if (to > from && bytes + more > BytesPerItem)
            {
                break;
            }

            (to, bytes) = (end, bytes + more);
        }

        return (to, bytes);
    }

    // No less than it takes: a character of a key is three bytes at most, the numbers are short.
    private static int BytesOf(Delta delta) => delta.Content.Length + delta.Before.Length + (3 * delta.Key.Length) + 100;

    private static async ValueTask<bool> HasSubscribersAsync(IStreamProvider provider, string dimension) =>
        !provider.TryGetStreamSubscriptionManager(out var subscriptions)
        || (await subscriptions.GetSubscriptions(ProviderName, StreamId.Create(Namespace, dimension))).Any();

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Deltas} deltas of {Dimension} did not reach the live feed.")]
    private partial void LogNotPublished(Exception exception, string dimension, int deltas);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Deltas} deltas of one key of {Dimension} take {Bytes} bytes, more than an item of the live feed can be; they are not on it.")]
    private partial void LogTooLarge(string dimension, int deltas, int bytes);
}
