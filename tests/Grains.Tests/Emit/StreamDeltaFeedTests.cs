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
