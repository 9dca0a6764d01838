using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Storage;

public sealed class RedisStateStoreTests(RedisFixture redis) : StateStoreCompliance, IClassFixture<RedisFixture>
{
    private static readonly ShardId Shard = new("customer", 3);

    private readonly string _service = Guid.NewGuid().ToString("N");
    private readonly Dictionary<ICustomerStateStore, RedisStates> _open = [];

    protected override ICustomerStateStore Open() => OpenStates().Store;

    protected override void Close(ICustomerStateStore store)
    {
        _open.Remove(store, out var states);
        states!.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        foreach (var store in _open.Keys.ToArray())
        {
            Close(store);
        }
    }

    [Fact]
    public async Task A_write_of_fifty_thousand_states_is_written_whole_and_read_back()
    {
        var store = Open();
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        var keys = Enumerable.Range(0, 50_000).Select(i => $"{i}").ToArray();

        await store.WriteAsync(Shard, epoch, [.. keys.Select(key => Write(key, "state " + key))], Cancellation);

        Assert.Equal(keys.Select(key => "state " + key), await GetAsync(store, Shard, keys));
    }

    [Fact]
    public async Task An_epoch_is_never_given_twice_to_two_processes()
    {
        var (one, other) = (Open(), Open());

        var epochs = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? one : other).AcquireAsync(Shard, Cancellation).AsTask()));

        Assert.Equal(40, epochs.Distinct().Count());
        await Assert.ThrowsAsync<StaleEpochException>(async () => await one.WriteAsync(Shard, epochs.Order().ElementAt(38), [Write("a", "1")], Cancellation));
    }

    [Fact]
    public async Task A_shard_that_another_process_acquired_is_written_by_that_one_only()
    {
        var (one, other) = (Open(), Open());
        var old = await one.AcquireAsync(Shard, Cancellation);
        await one.WriteAsync(Shard, old, [Write("a", "1")], Cancellation);
        var current = await other.AcquireAsync(Shard, Cancellation);

        await Assert.ThrowsAsync<StaleEpochException>(async () => await one.WriteAsync(Shard, old, [Write("a", "2")], Cancellation));

        Assert.Equal(["1"], await GetAsync(other, Shard, "a"));
        await other.WriteAsync(Shard, current, [Write("a", "3")], Cancellation);
        Assert.Equal(["3"], await GetAsync(one, Shard, "a"));
    }

    [Fact]
    public async Task Rows_of_a_file_count_while_it_is_open_and_their_readers()
    {
        var states = OpenStates();
        var epoch = await states.Store.AcquireAsync(Shard, Cancellation);
        var first = await states.Files.OpenAsync("silo-1", 2, Cancellation);
        await WriteFromAsync("silo-1", "1", first, first + 1);

        Assert.True(await states.Files.TryTakeOverAsync(first + 1, "silo-1", "silo-2", Cancellation));
        var taken = await Assert.ThrowsAsync<StaleClaimException>(() => WriteFromAsync("silo-1", "2", first, first + 1));
        Assert.Equal(("silo-1", first + 1), (taken.Owner, taken.File));
        Assert.Equal(["1"], await GetAsync(states.Store, Shard, "a"));

        // What it still has, it may write.
        await WriteFromAsync("silo-1", "3", first);
        await WriteFromAsync("silo-2", "4", first + 1);
        await states.Files.CloseAsync(first + 1, "silo-2", Cancellation);
        await Assert.ThrowsAsync<StaleClaimException>(() => WriteFromAsync("silo-2", "5", first + 1));
        await Assert.ThrowsAsync<StaleClaimException>(() => WriteFromAsync("silo-2", "5", first + 100));
        Assert.Equal(["4"], await GetAsync(states.Store, Shard, "a"));
        await WriteFromAsync("silo-1", "6", first);

        async Task WriteFromAsync(string owner, string state, params long[] files) =>
            await states.Store.WriteAsync(Shard, epoch, [Write("a", state)], new WriteSource(owner, files), Cancellation);
    }

    [Fact]
    public async Task The_number_of_shards_and_the_id_of_the_states_are_made_once()
    {
        var made = OpenStates(shards: 7);
        var found = OpenStates();

        Assert.Equal(7, found.Store.ShardCount);
        Assert.Equal(made.StateId, found.StateId);
        Assert.Equal(32, found.StateId.Length);
        var refused = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => OpenStates(shards: 64));
        Assert.Contains("CustomerTrack:State:Shards is 64", refused.Message, StringComparison.Ordinal);
        Assert.Contains("made with 7 shards", refused.Message, StringComparison.Ordinal);
    }

    private RedisStates OpenStates(int? shards = null)
    {
        var states = RedisStates.OpenAsync(new() { Connection = redis.Server.Connection }, _service, shards, TimeProvider.System, NullLoggerFactory.Instance, Cancellation)
            .GetAwaiter().GetResult();
        _open.Add(states.Store, states);
        return states;
    }
}
