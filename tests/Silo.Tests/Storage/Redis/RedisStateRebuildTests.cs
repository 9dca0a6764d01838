using CustomerTrack.Cli;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Storage;

/// <summary>A rebuild of states in a real Redis: who is kept out of it, what it leaves, and what is there after it was cut short.</summary>
public sealed class RedisStateRebuildTests
{
    private static readonly ShardId Shard = new("customer", 1);
    private static readonly ShardId Former = new("former", 2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_refused_while_a_process_works_with_the_states_also_when_the_server_was_emptied_meanwhile()
    {
        await using var site = await RedisSite.StartAsync();
        var states = await site.OpenAsync();
        Assert.Contains($"in use by process {Environment.ProcessId} on {Environment.MachineName}", (await RefusedAsync(site)).Message, StringComparison.Ordinal);

        await site.ExecuteAsync("FLUSHALL");
        Assert.Contains("in use by process", (await RefusedAsync(site)).Message, StringComparison.Ordinal);

        await states.DisposeAsync();
        await using var rebuild = await RebuildAsync(site, states.StateId);
        Assert.Contains("in use by process", (await RefusedAsync(site)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_it_is_under_way_nothing_opens_the_states_and_a_silo_that_was_paused_writes_nothing()
    {
        await using var site = await RedisSite.StartAsync();
        var id = await BeginAsync(site);
        await using var zombie = await ZombieAsync(site, id);
        var epoch = await zombie.Store.AcquireAsync(Shard, Cancellation);

        await using (await RebuildAsync(site, id))
        {
            await MustNotOpenAsync(site);
            Assert.Contains("no longer holds the states", (await Assert.ThrowsAsync<StateStoreException>(() => WriteAsync(zombie.Store, epoch, "b", "1"))).Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StateStoreException>(async () => await zombie.Store.AcquireAsync(Shard, Cancellation));
        }

        // Cut short here.
        await MustNotOpenAsync(site);
        await using var again = await RebuildAsync(site, id);
        Assert.Equal(["0"], await ReadAsync(again.Present!, "a"));
    }

    [Fact]
    public async Task What_was_made_takes_the_place_of_all_there_was_and_every_former_writer_is_refused()
    {
        await using var site = await RedisSite.StartAsync();
        var id = await BeginAsync(site);
        await using var zombie = await ZombieAsync(site, id);
        var epoch = await zombie.Store.AcquireAsync(Shard, Cancellation);
        await WriteAsync(zombie.Store, epoch, "a", "1");
        var version = long.Parse((await site.ExecuteAsync("HGET", "{customertrack:service}:fence:customer/1", "version"))!, System.Globalization.CultureInfo.InvariantCulture);
        var numberOfLater = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds() * 1000;

        await using (var rebuild = await RebuildAsync(site, id))
        {
            await MakeAsync(rebuild, "b", "new");
            await rebuild.PassNumberAsync(numberOfLater, Cancellation);
            Assert.Equal(["1"], await ReadAsync(rebuild.Present!, "a"));
            Assert.Null(await rebuild.New.GetFileNameAsync(7, Cancellation));

            var replaced = await rebuild.ReplaceAsync(Cancellation);

            Assert.Equal([null, "new"], await ReadAsync(replaced, "a", "b"));
            await rebuild.CompleteAsync(Cancellation);
        }

        await Assert.ThrowsAsync<StaleEpochException>(() => WriteAsync(zombie.Store, epoch, "a", "2"));
        Assert.True(long.Parse((await site.ExecuteAsync("HGET", "{customertrack:service}:fence:customer/1", "version"))!, System.Globalization.CultureInfo.InvariantCulture) > version);
        var states = await site.OpenAsync();
        Assert.Equal(id, states.StateId);
        Assert.Equal([null, "new"], await ReadAsync(states.Store, "a", "b"));
        Assert.Equal([null], await states.Store.GetAsync(Former, ["a"], Cancellation));
        Assert.Equal(("b.csv", null), (await states.Store.GetFileNameAsync(8, Cancellation), await states.Store.GetFileNameAsync(7, Cancellation)));
        Assert.Equal(numberOfLater + 1, await states.Files.OpenAsync("silo-1", 1, Cancellation));
        Assert.True(await states.Store.AcquireAsync(Shard, Cancellation) > epoch);
        Assert.Equal("", await site.ExecuteAsync("EVAL", "return table.concat(redis.call('KEYS', '*:new:*'), ' ')", 0));
    }

    [Fact]
    public async Task Landing_files_that_were_open_stay_open_and_their_owners()
    {
        await using var site = await RedisSite.StartAsync();
        var states = await site.OpenAsync();
        var open = await states.Files.OpenAsync("silo-1", 2, Cancellation);
        await states.DisposeAsync();

        await using (var rebuild = await RebuildAsync(site, states.StateId))
        {
            await rebuild.ReplaceAsync(Cancellation);
            await rebuild.CompleteAsync(Cancellation);
        }

        var now = await site.OpenAsync();
        Assert.Equal([new(open, "silo-1"), new(open + 1, "silo-1")], await now.Files.ListAsync(Cancellation));
        Assert.Equal(open, await now.Files.FloorAsync(Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cut_short_it_leaves_the_one_states_or_the_other_and_is_begun_anew_from_nothing(bool isReplaced)
    {
        await using var site = await RedisSite.StartAsync();
        var id = await BeginAsync(site);
        await using (var first = await RebuildAsync(site, id))
        {
            await MakeAsync(first, "a", "new");
            if (isReplaced)
            {
                await first.ReplaceAsync(Cancellation);
            }

            // As a kill would: the server is the only one that remembers.
            await site.Server.KillAsync();
            await site.Server.StartAgainAsync(Cancellation);
        }

        await MustNotOpenAsync(site);
        Assert.Equal((id, true), await RedisStateRebuild.FindAsync(Options(site), "service", TimeProvider.System, Cancellation));
        await using var rebuild = await RebuildAsync(site, id);
        Assert.Equal([isReplaced ? "new" : "0"], await ReadAsync(rebuild.Present!, "a"));
        Assert.Equal([null], await ReadAsync(rebuild.New, "a"));
        Assert.Null(await rebuild.New.GetFileNameAsync(8, Cancellation));
        await rebuild.ReplaceAsync(Cancellation);
        await rebuild.CompleteAsync(Cancellation);
        Assert.Equal([null], await ReadAsync((await site.OpenAsync()).Store, "a"));
    }

    [Fact]
    public async Task A_rebuild_that_was_only_paused_changes_nothing_of_the_one_that_followed_it()
    {
        await using var site = await RedisSite.StartAsync();
        var id = await BeginAsync(site);
        await using var paused = await RebuildAsync(site, id);
        var epoch = await MakeAsync(paused, "a", "paused");

        // It says no more that it lives.
        await using var rebuild = await WhenAloneAsync(site, id);

        await Assert.ThrowsAsync<StateStoreException>(() => WriteAsync(paused.New, epoch, "a", "late"));
        await Assert.ThrowsAsync<StateStoreException>(async () => await paused.ReplaceAsync(Cancellation));
        await Assert.ThrowsAsync<StateStoreException>(async () => await paused.CompleteAsync(Cancellation));
        Assert.Equal([null], await ReadAsync(rebuild.New, "a"));
        Assert.Equal(["0"], await ReadAsync(rebuild.Present!, "a"));
    }

    [Fact]
    public async Task An_emptied_server_gets_the_id_it_is_told()
    {
        await using var site = await RedisSite.StartAsync();
        var id = Guid.NewGuid().ToString("N");
        Assert.Equal((null, false), await RedisStateRebuild.FindAsync(Options(site), "service", TimeProvider.System, Cancellation));
        await using (var rebuild = await RebuildAsync(site, id))
        {
            Assert.Null(rebuild.Present);
            await MakeAsync(rebuild, "a", "new");
            await rebuild.ReplaceAsync(Cancellation);
            await rebuild.CompleteAsync(Cancellation);
        }

        var states = await site.OpenAsync();
        Assert.Equal(id, states.StateId);
        Assert.Equal(["new"], await ReadAsync(states.Store, "a"));
    }

    private static RedisOptions Options(RedisSite site) => new() { Connection = site.Server.Connection, Timeout = TimeSpan.FromSeconds(5) };

    private static Task<RedisStateRebuild> RebuildAsync(RedisSite site, string id) =>
        RedisStateRebuild.OpenAsync(Options(site), "service", id, shards: null, TimeProvider.System, Cancellation);

    private static Task<StateStoreException> RefusedAsync(RedisSite site) => Assert.ThrowsAsync<StateStoreException>(() => RebuildAsync(site, Guid.NewGuid().ToString("N")));

    // The other goes on beating: what a pause does to its row is done by hand.
    private static async Task<RedisStateRebuild> WhenAloneAsync(RedisSite site, string id)
    {
        await site.ExecuteAsync("ACL", "SETUSER", "default", "-zadd");
        await site.ExecuteAsync("DEL", "{customertrack:service}:processes");
        return await RebuildAsync(site, id);
    }

    private static async Task<string> BeginAsync(RedisSite site)
    {
        var states = await site.OpenAsync();
        foreach (var shard in (ShardId[])[Shard, Former])
        {
            await states.Store.WriteAsync(shard, await states.Store.AcquireAsync(shard, Cancellation), [new("a", "0"u8.ToArray())], Cancellation);
        }

        await states.Store.PutFileNameAsync(7, "a.csv", Cancellation);
        await states.DisposeAsync();
        return states.StateId;
    }

    private static async Task<long> MakeAsync(RedisStateRebuild rebuild, string key, string state)
    {
        var epoch = await rebuild.New.AcquireAsync(Shard, Cancellation);
        await WriteAsync(rebuild.New, epoch, key, state);
        await rebuild.New.PutFileNameAsync(8, "b.csv", Cancellation);
        return epoch;
    }

    private static async Task MustNotOpenAsync(RedisSite site) =>
        Assert.Contains("run 'customertrack rebuild' to its end", (await Assert.ThrowsAsync<CommandFailedException>(() => site.OpenAsync())).Message, StringComparison.Ordinal);

    // A silo that beats no more, as one that is paused.
    private static async Task<Zombie> ZombieAsync(RedisSite site, string id)
    {
        var options = Options(site);
        var redis = await RedisConnection.OpenAsync(RedisStates.Configure(options), options, TimeProvider.System, NullLogger.Instance, Cancellation);
        return new(redis, new RedisStateStore(redis, new RedisKeys(options.KeyPrefix, "service"), id, StateOptions.DefaultShards, NullLogger.Instance));
    }

    private static async Task WriteAsync(ICustomerStateStore store, long epoch, string key, string state) =>
        await store.WriteAsync(Shard, epoch, [new(key, System.Text.Encoding.UTF8.GetBytes(state))], Cancellation);

    private static async Task<string?[]> ReadAsync(ICustomerStateStore store, params string[] keys) =>
        Array.ConvertAll(await store.GetAsync(Shard, keys, Cancellation), state => state is null ? null : System.Text.Encoding.UTF8.GetString(state));

    private sealed record Zombie(RedisConnection Redis, ICustomerStateStore Store) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Redis.DisposeAsync();
    }
}
