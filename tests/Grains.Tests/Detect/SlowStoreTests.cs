using CustomerTrack.Detect;
using CustomerTrack.Ingest;
using CustomerTrack.Naive;

namespace CustomerTrack.Tests.Detect;

/// <summary>A store that is slow, or stands still for longer than calls may take.</summary>
public sealed class SlowStoreTests
{
    private const int Shards = 12;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // In a cluster that ran before, every shard has an epoch behind it; unknown customers must not get grains because of that.
    [Fact]
    public async Task A_backfill_of_unknown_customers_times_out_nowhere_and_activates_nobody()
    {
        const int Customers = 24_000;
        const int Batch = 2_000;
        var store = new SlowStore(Shards, TimeSpan.FromMilliseconds(20));
        for (var shard = 0; shard < Shards; shard++)
        {
            await store.AcquireAsync(new("full", shard), Cancellation);
        }

        await using var cluster = new DetectCluster(silos: 3, store);
        await cluster.StartAsync();
        var log = new CountingLogger();
        var callers = cluster.Silos.Select(silo => new ShardCaller(cluster.Grains(silo), TimeProvider.System, log)).ToList();
        var shards = Enumerable.Range(0, Customers).Select(i => Row(cluster, $"C{i:D9}", 1, file: 1)).GroupBy(record => Sharding.ShardOf(record.Key, Shards));
        var calls = shards.SelectMany(shard => shard.Chunk(Batch / Shards).Select((records, i) =>
            callers[i % 3].CallAsync(new("full", shard.Key), new() { Records = records, OpenFloor = 1, Redelivered = false, IsBeside = true }, default, Cancellation))).ToList();

        var results = await Task.WhenAll(calls);

        Assert.Equal(Customers, results.Sum(result => result.Deltas.Count));
        Assert.Equal(0, log.Warnings);
        Assert.Empty(await cluster.PlacesAsync("customer"));
        Assert.Equal(calls.Count, store.Reads);
        Assert.InRange(store.Most, 1, Shards);
    }

    [Fact]
    public async Task Calls_that_timed_out_do_not_pile_up_behind_a_shard_that_stands_still()
    {
        const int Customers = 300;
        var store = new GatedStore(Shards);
        await using var cluster = new DetectCluster(silos: 3, store, responseTimeout: TimeSpan.FromSeconds(1));
        await cluster.StartAsync();
        var log = new CountingLogger();
        var caller = new ShardCaller(cluster.Grains(cluster.Silos[0]), new HurriedTime(), log);
        var gate = store.Hold();
        var batches = Enumerable.Range(0, Customers).Select(i => Row(cluster, $"C{i:D9}", 1, file: 1)).GroupBy(record => Sharding.ShardOf(record.Key, Shards)).ToList();
        var calls = batches.ConvertAll(shard => caller.CallAsync(
            new("full", shard.Key), new() { Records = shard.ToArray(), OpenFloor = 1, Redelivered = false, IsBeside = true }, default, Cancellation));

        // Each was given up and handed over again several times, and the store does not see the repetitions.
        await DetectCluster.UntilAsync(() => Task.FromResult(log.Warnings >= 4 * batches.Count ? null : $"{log.Warnings} warnings"), Cancellation);
        Assert.Equal(batches.Count, store.Asked);
        gate.SetResult();
        var results = await Task.WhenAll(calls);

        // The write that was given up went through; the repetition returns its deltas, with their revisions.
        Assert.Equal(Customers, results.Sum(result => result.Deltas.Count));
        Assert.All(results.SelectMany(result => result.Deltas), delta => Assert.Equal(1, delta.Revision));
        Assert.Equal(batches.Count, store.Asked);
    }

    private static Record Row(DetectCluster cluster, string key, long sequence, long file) =>
        SaidEncoding.Record(cluster.Dimensions.Full, new Said(sequence, 0, IsDelete: false, ["name", null, null, null, null]), key) with { File = file, Row = sequence };
}
