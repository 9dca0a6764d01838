using System.Threading.Channels;
using CustomerTrack.Emit;
using CustomerTrack.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streams;

namespace CustomerTrack.Tests.Emit;

public sealed class StreamDeltaFeedTests(PipelineCluster pipeline) : IClassFixture<PipelineCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscriber_gets_the_deltas_of_its_dimension_in_order()
    {
        var received = Channel.CreateUnbounded<DeltaFeedBatch>();
        var provider = pipeline.Cluster.Client.GetStreamProvider(StreamDeltaFeed.ProviderName);
        var subscription = await StreamDeltaFeed.StreamOf(provider, "full").SubscribeAsync((batch, _) => received.Writer.WriteAsync(batch, Cancellation).AsTask());
        var feed = new StreamDeltaFeed(pipeline.SiloServices, NullLogger<StreamDeltaFeed>.Instance);

        await feed.PublishAsync("ordinal", Deltas(7));
        await feed.PublishAsync("full", Deltas(2_500));
        await feed.PublishAsync("full", Deltas(1));

        var deltas = new List<Delta>();
        while (deltas.Count < 2_501)
        {
            var batch = await received.Reader.ReadAsync(Cancellation);
            Assert.Equal("full", batch.Dimension);
            deltas.AddRange(batch.Deltas);
        }

        Assert.Equal(Deltas(2_500).Concat(Deltas(1)).Select(d => (d.Key, d.Revision)), deltas.Select(d => (d.Key, d.Revision)));
        Assert.Equal([1, 2, 3], deltas[0].Content.ToArray());
        await subscription.UnsubscribeAsync();
    }

    [Fact]
    public async Task A_feed_that_cannot_publish_does_not_fail_who_emits()
    {
        var feed = new StreamDeltaFeed(new ServiceCollection().BuildServiceProvider(), NullLogger<StreamDeltaFeed>.Instance);

        await feed.PublishAsync("full", Deltas(1));
    }

    [Fact]
    public async Task Large_changes_get_through_customers_stay_whole_and_one_that_is_too_large_holds_up_nothing()
    {
        var received = Channel.CreateUnbounded<DeltaFeedBatch>();
        var provider = pipeline.Cluster.Client.GetStreamProvider(StreamDeltaFeed.ProviderName);
        var subscription = await StreamDeltaFeed.StreamOf(provider, "ordinal").SubscribeAsync((batch, _) => received.Writer.WriteAsync(batch, Cancellation).AsTask());
        var feed = new StreamDeltaFeed(pipeline.SiloServices, NullLogger<StreamDeltaFeed>.Instance);
        var large = new byte[4_000];

        // 12 MB of customers with three deltas each, then one of 4 MB, then a small one.
        var deltas = Enumerable.Range(0, 3_000).Select(i => Deltas(1)[0] with { Key = $"k{i / 3}", Revision = i + 1, Content = large }).ToList();
        var tooLarge = Enumerable.Range(0, 1_000).Select(i => Deltas(1)[0] with { Key = "giant", Revision = i + 1, Content = large });
        await feed.PublishAsync("ordinal", [.. deltas, .. tooLarge, Deltas(1)[0] with { Key = "last" }]);

        var seen = new List<Delta>();
        while (seen.Count < 3_001)
        {
            var batch = await received.Reader.ReadAsync(Cancellation);
            Assert.True(batch.Deltas.Sum(delta => delta.Content.Length) < 1_000_000);
            Assert.True(seen.Count == 0 || seen[^1].Key != batch.Deltas[0].Key);
            seen.AddRange(batch.Deltas);
        }

        Assert.Equal(deltas.Select(delta => delta.Key).Append("last"), seen.Select(delta => delta.Key));
        await subscription.UnsubscribeAsync();
    }

    private static Delta[] Deltas(int count) => [.. Enumerable.Range(1, count).Select(i => new Delta
    {
        Key = $"k{i}",
        ValidFrom = i,
        Revision = i,
        RecordedAt = 1,
        File = 1,
        Row = i,
        Content = new byte[] { 1, 2, 3 },
    })];
}
