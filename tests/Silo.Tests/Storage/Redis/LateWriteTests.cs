using System.Text;
using CustomerTrack.State;

namespace CustomerTrack.Storage;

/// <summary>
/// A write whose acknowledgement never came, because the connection broke, and which Redis executes at any time later. The writer drops what it has in memory,
/// reads the states anew and writes again, as a shard does. No order of these may lose a change or store one made from older states.
/// </summary>
public sealed class LateWriteTests
{
    private const string Refused = "version";
    private static readonly ShardId Shard = new("customer", 3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Executed_after_the_repeated_write_it_is_refused()
    {
        await using var site = await RedisSite.StartAsync();
        await using var proxy = new HoldingProxy(site.Server.Port);
        var store = (await site.OpenAsync(proxy.Connection)).Store;
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        await WriteAsync(store, epoch, "a", "1");
        var held = await LoseAsync(proxy, store, epoch, "a", "lost");

        var repeated = await RedisSite.RepeatAsync(async () =>
        {
            var before = await ReadAsync(store, "a");
            await WriteAsync(store, epoch, "a", before + "+2");
            return before;
        });

        Assert.Equal("1", repeated);
        Assert.Contains(Refused, await proxy.DeliverAsync(held), StringComparison.Ordinal);
        Assert.Equal("1+2", await ReadAsync(store, "a"));
        await WriteAsync(store, epoch, "a", "3");
    }

    [Fact]
    public async Task Executed_between_the_repeated_read_and_its_write_it_makes_that_write_fail_once()
    {
        await using var site = await RedisSite.StartAsync();
        await using var proxy = new HoldingProxy(site.Server.Port);
        var store = (await site.OpenAsync(proxy.Connection)).Store;
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        await WriteAsync(store, epoch, "a", "1");
        var held = await LoseAsync(proxy, store, epoch, "a", "1+2");

        Assert.Equal("1", await RedisSite.RepeatAsync(() => ReadAsync(store, "a")));
        Assert.DoesNotContain(Refused, await proxy.DeliverAsync(held), StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<StateStoreException>(() => WriteAsync(store, epoch, "a", "1+other"));

        Assert.Contains("an earlier write, whose acknowledgement was lost", failure.Message, StringComparison.Ordinal);
        Assert.Equal("1+2", await ReadAsync(store, "a"));
        await WriteAsync(store, epoch, "a", "1+2+3");
        Assert.Equal("1+2+3", await ReadAsync(store, "a"));
    }

    [Fact]
    public async Task Executed_before_the_repeated_read_it_is_what_is_read()
    {
        await using var site = await RedisSite.StartAsync();
        await using var proxy = new HoldingProxy(site.Server.Port);
        var store = (await site.OpenAsync(proxy.Connection)).Store;
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        await WriteAsync(store, epoch, "a", "1");
        var held = await LoseAsync(proxy, store, epoch, "a", "1+2");

        Assert.DoesNotContain(Refused, await proxy.DeliverAsync(held), StringComparison.Ordinal);
        Assert.Equal("1+2", await RedisSite.RepeatAsync(() => ReadAsync(store, "a")));

        await WriteAsync(store, epoch, "a", "1+2+3");
        Assert.Equal("1+2+3", await ReadAsync(store, "a"));
    }

    [Fact]
    public async Task Executed_after_a_write_of_other_customers_it_is_refused()
    {
        await using var site = await RedisSite.StartAsync();
        await using var proxy = new HoldingProxy(site.Server.Port);
        var store = (await site.OpenAsync(proxy.Connection)).Store;
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        await WriteAsync(store, epoch, "a", "1");
        var held = await LoseAsync(proxy, store, epoch, "a", "lost");

        // Its customer is in memory already: nothing is read first.
        await RedisSite.RepeatAsync(async () =>
        {
            await WriteAsync(store, epoch, "b", "1");
            return true;
        });

        Assert.Contains(Refused, await proxy.DeliverAsync(held), StringComparison.Ordinal);
        Assert.Equal("1", await ReadAsync(store, "a"));
        Assert.Equal("1", await ReadAsync(store, "b"));
    }

    [Fact]
    public async Task Executed_after_another_process_acquired_the_shard_it_is_refused()
    {
        await using var site = await RedisSite.StartAsync();
        await using var proxy = new HoldingProxy(site.Server.Port);
        var store = (await site.OpenAsync(proxy.Connection)).Store;
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        var held = await LoseAsync(proxy, store, epoch, "a", "lost");
        var other = (await site.OpenAsync()).Store;
        await other.AcquireAsync(Shard, Cancellation);

        Assert.Contains("epoch", await proxy.DeliverAsync(held), StringComparison.Ordinal);
        Assert.Null(await ReadAsync(other, "a"));
    }

    [Fact]
    public async Task Numbers_that_were_given_out_unheard_do_not_stay_open()
    {
        await using var site = await RedisSite.StartAsync();
        await using var proxy = new HoldingProxy(site.Server.Port);
        var files = (await site.OpenAsync(proxy.Connection)).Files;
        await files.OpenAsync("silo-1", 1, Cancellation);
        var keeping = proxy.HoldNext("silo-2");
        await Assert.ThrowsAsync<StateStoreException>(async () => await files.OpenAsync("silo-2", 3, Cancellation));
        var held = await keeping;

        // Redis has given them out; nobody heard it.
        await proxy.DeliverAsync(held);
        var other = await RedisSite.RepeatAsync(async () => await files.OpenAsync("silo-2", 2, Cancellation));
        var open = await files.ListAsync(Cancellation);
        Assert.Equal(["silo-1", "silo-2", "silo-2"], open.Select(file => file.Owner));
        Assert.Equal([other, other + 1], open.Skip(1).Select(file => file.Number));

        // And once more, too late.
        await proxy.DeliverAsync(held);
        Assert.Equal(open, await files.ListAsync(Cancellation));
    }

    private static async Task<byte[]> LoseAsync(HoldingProxy proxy, ICustomerStateStore store, long epoch, string key, string state)
    {
        var keeping = proxy.HoldNext(state);
        await Assert.ThrowsAsync<StateStoreException>(() => WriteAsync(store, epoch, key, state));
        return await keeping;
    }

    private static async Task WriteAsync(ICustomerStateStore store, long epoch, string key, string state) =>
        await store.WriteAsync(Shard, epoch, [new(key, Encoding.UTF8.GetBytes(state))], Cancellation);

    private static async Task<string?> ReadAsync(ICustomerStateStore store, string key) =>
        (await store.GetAsync(Shard, [key], Cancellation))[0] is { } state ? Encoding.UTF8.GetString(state) : null;
}
