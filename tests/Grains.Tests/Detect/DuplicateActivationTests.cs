using CustomerTrack.Detect;
using CustomerTrack.Ingest;
using CustomerTrack.Naive;
using CustomerTrack.Records;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Tests.Detect;

/// <summary>
/// Two clusters on one store that know nothing of each other: every shard and every customer may be active twice, as around a failure and then
/// for longer.
/// </summary>
public sealed class DuplicateActivationTests : IAsyncLifetime
{
    private const string Key = "customer";
    private readonly MemoryStateStore _store = new();
    private readonly DetectCluster _one;
    private readonly DetectCluster _other;

    public DuplicateActivationTests() => (_one, _other) = (new(1, _store), new(1, _store));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ShardId Shard => new("full", Sharding.ShardOf(Key, _store.ShardCount));

    public async ValueTask InitializeAsync()
    {
        await _one.StartAsync();
        await _other.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_writes_last_goes_on_from_what_the_other_wrote()
    {
        var deltas = new List<Delta>();
        for (var sequence = 1; sequence <= 12; sequence++)
        {
            // Each cluster twice in a row: the second time it has the customer in memory.
            var cluster = (sequence - 1) / 2 % 2 == 0 ? _one : _other;
            deltas.AddRange((await CallAsync(cluster, sequence)).Deltas);
        }

        var expected = NaiveHistory.Of(_one.Dimensions.Full, Enumerable.Range(1, 12).Select(At)).Select(row => row.ToString()).ToList();
        Assert.Equal(expected, Merged.History(_one.Dimensions.Full, deltas).Select(row => row.ToString()));
        Assert.All(deltas.GroupBy(delta => delta.Revision), same => Assert.Single(same.Select(d => (d.ValidFrom, d.ValidTo)).Distinct()));
        Assert.Equal(expected, (await HistoryAsync(_other)).Select(delta => SaidEncoding.Row(_other.Dimensions.Full, delta).ToString()));
    }

    [Fact]
    public async Task A_shard_whose_epoch_is_old_is_refused_goes_and_the_repetition_reaches_a_new_one()
    {
        await CallAsync(_one, 1);
        await CallAsync(_one, 2);
        await CallAsync(_other, 3);
        var old = _one.Get<SiloShards>(_one.Silos[0]).Owned.Single();
        var writes = _store.Writes;

        var refused = await Assert.ThrowsAsync<StaleEpochException>(async () => await _one.Grains(_one.Silos[0]).GetGrain<IShardGrain>(Shard.ToString()).ApplyAsync(Batch(4), Cancellation));

        Assert.Equal(Shard, refused.Shard);
        Assert.Equal(writes, _store.Writes);
        await old.Activation.Deactivated.WaitAsync(Cancellation);
        Assert.NotEmpty((await CallAsync(_one, 4)).Deltas);
        Assert.Equal(old.Epoch + 2, _one.Get<SiloShards>(_one.Silos[0]).Owned.Single().Epoch);
    }

    [Fact]
    public async Task Two_that_write_at_the_same_time_keep_states_and_deltas_right()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var load = new ClusterLoad(_one, 50, seed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task[] readers = [load.ReadAsync(_one.Grains(_one.Silos[0]), stop.Token), load.ReadAsync(_other.Grains(_other.Silos[0]), stop.Token)];

        await DetectCluster.UntilAsync(() => Task.FromResult(load.Batches > 60 ? null : $"{load.Batches} batches"), Cancellation);
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        await load.AssertRightAsync();
    }

    [Fact]
    public async Task Memory_of_another_activation_of_the_shard_is_not_folded_on()
    {
        var customer = _one.Grains(_one.Silos[0]).GetGrain<ICustomerGrain>(CustomerKey.Of("full", Key));
        var first = await customer.ApplyAsync(Customer(epoch: 1, handover: 1, stored: []), Cancellation);

        Assert.False((await customer.ApplyAsync(Customer(epoch: 1, handover: 1, version: first.Version), Cancellation)).NeedsState);
        Assert.True((await customer.ApplyAsync(Customer(epoch: 2, handover: 1, version: first.Version), Cancellation)).NeedsState);
        Assert.True((await customer.ApplyAsync(Customer(epoch: 1, handover: 2, version: first.Version), Cancellation)).NeedsState);
    }

    [Fact]
    public async Task A_read_is_from_storage_when_the_shard_that_filled_the_memory_lost_its_epoch_or_left()
    {
        await CallAsync(_one, 1);
        await CallAsync(_one, 2);
        await CallAsync(_other, 3);
        var owned = _one.Get<SiloShards>(_one.Silos[0]).Owned.Single();

        // Nobody has told this silo yet; what it may still say is two records old, for no longer than SiloShards.ConfirmedFor.
        Assert.Equal(2, (await HistoryAsync(_one)).Count);
        owned.ConfirmedAt -= (long)(SiloShards.ConfirmedFor.TotalSeconds * TimeProvider.System.TimestampFrequency);
        Assert.Equal(3, (await HistoryAsync(_one)).Count);

        await CallAsync(_one, 4);
        await CallAsync(_one, 5);
        await CallAsync(_other, 6);
        owned = _one.Get<SiloShards>(_one.Silos[0]).Owned.Single();
        owned.Activation.Deactivate(new(Orleans.DeactivationReasonCode.ApplicationRequested, "Leaves."), CancellationToken.None);
        await owned.Activation.Deactivated.WaitAsync(Cancellation);
        Assert.Equal(6, (await HistoryAsync(_one)).Count);
    }

    private static Said At(int sequence) => new(sequence, 0, IsDelete: false, [$"name {sequence}", null, null, null, null], sequence, 1);

    private CustomerBatch Customer(long epoch, long handover, long version = 0, byte[]? stored = null) => new()
    {
        Records = new[] { SaidEncoding.Record(_one.Dimensions.Full, At(1), Key) },
        StoredState = stored,
        ExpectedVersion = version,
        OpenFloor = 1,
        RecordedAt = 1,
        Redelivered = false,
        Epoch = epoch,
        Handover = handover,
        IsBeside = true,
    };

    private ShardBatch Batch(int sequence) =>
        new() { Records = new[] { SaidEncoding.Record(_one.Dimensions.Full, At(sequence), Key) }, OpenFloor = sequence, Redelivered = false, IsBeside = true };

    private Task<ShardResult> CallAsync(DetectCluster cluster, int sequence) =>
        new ShardCaller(cluster.Grains(cluster.Silos[0]), new HurriedTime(), NullLogger.Instance).CallAsync(Shard, Batch(sequence), default, Cancellation);

    private static async Task<IReadOnlyList<Delta>> HistoryAsync(DetectCluster cluster) =>
        await cluster.Grains(cluster.Silos[0]).GetGrain<ICustomerGrain>(CustomerKey.Of("full", Key)).GetHistoryAsync(Cancellation);
}
