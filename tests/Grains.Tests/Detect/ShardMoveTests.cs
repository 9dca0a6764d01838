using System.Diagnostics.Metrics;
using CustomerTrack.Detect;
using CustomerTrack.Naive;
using CustomerTrack.State;

namespace CustomerTrack.Tests.Detect;

/// <summary>Shards and their customers in a cluster whose silos come and go.</summary>
public sealed class ShardMoveTests
{
    private const int Shards = 24;
    private const int Customers = 400;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shards_follow_the_silos_with_their_customers_while_batches_go_on()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var cluster = new DetectCluster(silos: 3, new MemoryStateStore(Shards));
        await cluster.StartAsync();
        var load = new ClusterLoad(cluster, Customers, seed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var died = new CancellationTokenSource();
        var (heir, victim) = (cluster.Silos[0], cluster.Silos[2]);
        Task[] readers = [load.ReadAsync(heir, null, stop.Token), load.ReadAsync(cluster.Silos[1], null, stop.Token), load.ReadAsync(victim, heir, stop.Token, died.Token)];
        await SettledAsync(cluster, silos: 3);

        await cluster.KillAsync(victim);
        await died.CancelAsync();
        await SettledAsync(cluster, silos: 2);

        await cluster.AddAsync();
        await cluster.AddAsync();
        await SettledAsync(cluster, silos: 4);

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        TestContext.Current.TestOutputHelper?.WriteLine($"{load.Batches} batches");
        await load.AssertRightAsync();
    }

    [Fact]
    public async Task A_customer_that_a_read_activates_is_beside_its_shard_whoever_asks()
    {
        await using var cluster = new DetectCluster(silos: 3, new MemoryStateStore(Shards));
        await cluster.StartAsync();
        foreach (var silo in cluster.Silos)
        {
            for (var i = 0; i < 60; i++)
            {
                await cluster.Grains(silo).GetGrain<ICustomerGrain>(CustomerKey.Of("full", $"{silo.Name} {i}")).GetCurrentAsync(Cancellation);
            }
        }

        for (var shard = 0; shard < Shards; shard++)
        {
            await cluster.Grains(cluster.Silos[shard % 3]).GetGrain<IShardGrain>(new ShardId("full", shard).ToString()).ApplyAsync(
                new() { Records = Array.Empty<Record>(), OpenFloor = 1, Redelivered = false }, Cancellation);
        }

        Assert.Null(await WrongAsync(cluster, silos: 3));
        var customers = await cluster.PlacesAsync("customer");
        Assert.Equal(180, customers.Count);
        Assert.All(customers, places => Assert.Single(places));
    }

    [Fact]
    public async Task A_batch_under_way_is_finished_before_its_shard_leaves()
    {
        var store = new GatedStore(Shards);
        await using var cluster = new DetectCluster(silos: 1, store);
        await cluster.StartAsync();
        var first = cluster.Silos[0];

        // Which shards another silo is the better place for is up to the names of silos: of four, one soon is. So many are told to leave at the same time.
        var keys = Enumerable.Range(0, 4).Select(number => Enumerable.Range(0, int.MaxValue).Select(i => $"customer {i}").First(name => Sharding.ShardOf(name, Shards) == number)).ToList();
        Task<ShardResult> ApplyAsync(string key, long sequence) => cluster.Grains(first).GetGrain<IShardGrain>(ShardOf(key).ToString()).ApplyAsync(
            new()
            {
                Records = new[] { SaidEncoding.Record(cluster.Dimensions.Full, new Said(sequence, 0, IsDelete: false, [$"{sequence}", null, null, null, null], 1, 1), key) },
                OpenFloor = 1,
                Redelivered = false,
            },
            Cancellation).AsTask();
        var moves = 0;
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => Listen(instrument, listener) };
        meters.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref moves, (int)value));
        meters.Start();
        var gate = store.Hold();
        var allUnderWay = keys.ToDictionary(key => key, key => ApplyAsync(key, 10));
        await DetectCluster.UntilAsync(() => Task.FromResult(store.Asked == keys.Count ? null : "a shard does not write yet"), Cancellation);
        var places = cluster.Get<ShardPlaces>(first);
        for (var silos = 1; keys.All(key => places.IsHere(ShardOf(key))); silos++)
        {
            Assert.InRange(silos, 1, 12);
            await cluster.AddAsync();
            await DetectCluster.UntilAsync(() => Task.FromResult(places.Silos.Count == silos + 1 ? null : "a silo is not seen yet"), Cancellation);
        }

        var leaving = keys.Where(key => !places.IsHere(ShardOf(key))).ToList();
        var (key, shard) = (leaving[0], ShardOf(leaving[0]));
        var underWay = allUnderWay[key];
        var waiting = ApplyAsync(key, 20);
        var moving = cluster.Get<SiloShards>(first).Owned.Single(owned => owned.Shard == shard);
        await DetectCluster.UntilAsync(() => Task.FromResult(Volatile.Read(ref moves) >= leaving.Count ? null : "it was not told to leave"), Cancellation);
        Assert.False(underWay.IsCompleted);
        Assert.False(moving.Activation.Deactivated.IsCompleted);
        Assert.Equal(1, store.Acquired(shard));
        gate.SetResult();

        Assert.Single((await underWay).Deltas);
        await moving.Activation.Deactivated.WaitAsync(Cancellation);
        Assert.Equal(2, (await waiting).Deltas.Count);
        await ApplyAsync(key, 30);
        Assert.Equal(2, store.Acquired(shard));
        await Task.WhenAll(allUnderWay.Values);
        Assert.NotEqual(first.SiloAddress, (await cluster.PlacesAsync("shard"))[shard.ToString()].Single());
    }

    private static ShardId ShardOf(string key) => new("full", Sharding.ShardOf(key, Shards));

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument.Name == "customertrack.detect.shard.moves")
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private static async Task SettledAsync(DetectCluster cluster, int silos) => await DetectCluster.UntilAsync(() => WrongAsync(cluster, silos), Cancellation);

    // Every shard once, evenly spread, and every customer on the silo of its shard. A copy that was called while silos saw the cluster
    // differently may be idle elsewhere until it is collected; no shard calls it.
    private static async Task<string?> WrongAsync(DetectCluster cluster, int silos)
    {
        var shards = await cluster.PlacesAsync("shard");
        if (shards.Count != Shards || shards.Any(places => places.Count() != 1))
        {
            return $"{shards.Count} shards are active in {shards.Sum(places => places.Count())} places.";
        }

        var spread = shards.CountBy(places => places.Single()).Select(silo => silo.Value).Order().ToList();
        if (spread.Count != silos || spread.Any(count => count != Shards / silos))
        {
            return $"Shards are spread {string.Join('/', spread)}.";
        }

        var customers = await cluster.PlacesAsync("customer");
        var apart = customers.Count(places => !places.Contains(shards[CustomerKey.ShardOf(places.Key, Shards).ToString()].Single()));
        return customers.Count == 0 ? "No customer is active." : apart == 0 ? null : $"{apart} of {customers.Count} customers are apart from their shards.";
    }
}
