using System.Diagnostics;
using System.Globalization;
using System.Text;
using CustomerTrack.Cli;
using CustomerTrack.State;

namespace CustomerTrack.Storage;

/// <summary>What a server does to its clients, done to a real one.</summary>
public sealed class RedisFailureTests
{
    private static readonly ShardId Shard = new("customer", 3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_acknowledged_write_survives_kill_9()
    {
        await using var site = await RedisSite.StartAsync();
        var store = (await site.OpenAsync()).Store;
        var epochs = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => store.AcquireAsync(new("customer", number), Cancellation).AsTask()));
        var acknowledged = new int[8];
        for (var round = 0; round < 3; round++)
        {
            var before = acknowledged.Sum();
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var writers = Enumerable.Range(0, 8).Select(number => Task.Run(async () =>
            {
                try
                {
                    while (true)
                    {
                        await WriteAsync(store, new("customer", number), epochs[number], $"{acknowledged[number]}", new string('x', 400));
                        acknowledged[number]++;
                        if (acknowledged.Sum() > before + 300)
                        {
                            enough.TrySetResult();
                        }
                    }
                }
                catch (StateStoreException)
                {
                    // Killed.
                }
            })).ToArray();
            await enough.Task;
            await site.Server.KillAsync();
            await Task.WhenAll(writers);
            await site.Server.StartAgainAsync(Cancellation);

            // The same store goes on, and finds all of it.
            for (var number = 0; number < 8; number++)
            {
                var keys = Enumerable.Range(0, acknowledged[number]).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
                var found = await RedisSite.RepeatAsync(async () => await store.GetAsync(new("customer", number), keys, Cancellation));
                Assert.DoesNotContain(null, found);
            }
        }
    }

    [Fact]
    public async Task While_it_is_down_calls_fail_in_time_and_work_again_by_themselves_when_it_is_back()
    {
        await using var site = await RedisSite.StartAsync();
        var states = await site.OpenAsync();
        var epoch = await states.Store.AcquireAsync(Shard, Cancellation);
        await WriteAsync(states.Store, Shard, epoch, "a", "1");

        await site.Server.StopAsync();
        foreach (var call in new Func<Task>[]
        {
            () => WriteAsync(states.Store, Shard, epoch, "a", "2"),
            () => ReadAsync(states.Store, "a"),
            async () => await states.Store.AcquireAsync(new("customer", 4), Cancellation),
            async () => await states.Store.GetFileNameAsync(1, Cancellation),
            async () => await states.Files.OpenAsync("silo-1", 1, Cancellation),
            async () => await states.Files.FloorAsync(Cancellation),
            async () => await states.Board.GetSeatAsync("warehouse", Cancellation),
        })
        {
            var startedAt = Stopwatch.GetTimestamp();
            var failure = await Assert.ThrowsAsync<StateStoreException>(call);
            Assert.True(Stopwatch.GetElapsedTime(startedAt) < TimeSpan.FromSeconds(3), $"It took {Stopwatch.GetElapsedTime(startedAt)}.");
            Assert.Contains(site.Server.Connection, failure.Message, StringComparison.Ordinal);
        }

        await site.Server.StartAgainAsync(Cancellation);
        Assert.Equal("1", await RedisSite.RepeatAsync(() => ReadAsync(states.Store, "a")));
        await WriteAsync(states.Store, Shard, epoch, "a", "3");
        Assert.Equal("3", await ReadAsync(states.Store, "a"));
    }

    [Fact]
    public async Task A_server_that_is_paused_for_long_loses_nothing_and_doubles_nothing()
    {
        await using var site = await RedisSite.StartAsync();
        var store = (await site.OpenAsync()).Store;
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        await WriteAsync(store, Shard, epoch, "a", "0");

        // A counter shows it: each repetition reads, adds one and writes. Only acknowledged ones count, or the one that was under way.
        site.Server.Pause();
        for (var failures = 0; failures < 6; failures++)
        {
            await Assert.ThrowsAsync<StateStoreException>(() => WriteAsync(store, Shard, epoch, "a", $"during {failures}"));
        }

        site.Server.Resume();
        var found = await RedisSite.RepeatAsync(() => ReadAsync(store, "a"));
        Assert.Contains(found, (string[])["0", "during 0"]);
        var acknowledged = await RedisSite.RepeatAsync(async () =>
        {
            var before = await ReadAsync(store, "a");
            await WriteAsync(store, Shard, epoch, "a", before + ", after");
            return before;
        });
        Assert.Contains(acknowledged, (string[])["0", "during 0"]);
        Assert.Equal(acknowledged + ", after", await ReadAsync(store, "a"));
        await WriteAsync(store, Shard, epoch, "a", "end");
    }

    [Fact]
    public async Task An_emptied_server_is_refused_and_not_begun_anew()
    {
        await using var site = await RedisSite.StartAsync();
        var states = await site.OpenAsync();
        var epoch = await states.Store.AcquireAsync(Shard, Cancellation);
        await WriteAsync(states.Store, Shard, epoch, "a", "1");

        await site.ExecuteAsync("FLUSHALL");
        foreach (var call in new Func<Task>[]
        {
            () => WriteAsync(states.Store, Shard, epoch, "a", "2"),
            () => ReadAsync(states.Store, "a"),
            async () => await states.Store.AcquireAsync(Shard, Cancellation),
            async () => await states.Store.ScanAsync(Shard, Cancellation).GetAsyncEnumerator(Cancellation).MoveNextAsync(),
            async () => await states.Store.GetFileNameAsync(1, Cancellation),
            async () => await states.Store.PutFileNameAsync(1, "a.csv", Cancellation),
            async () => await states.Files.OpenAsync("silo-1", 1, Cancellation),
            async () => await states.Files.CloseAsync(1, "silo-1", Cancellation),
            async () => await states.Files.ListAsync(Cancellation),
            async () => await states.Files.FloorAsync(Cancellation),
            async () => await states.Board.GetSeatAsync("warehouse", Cancellation),
            async () => await states.Board.TryTakeSeatAsync("warehouse", "silo-1", null, Cancellation),
            async () => await states.Board.ReadAsync(["note"], Cancellation),
        })
        {
            var failure = await Assert.ThrowsAsync<StateStoreException>(call);
            Assert.Contains("no longer holds the states", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal("0", await site.ExecuteAsync("DBSIZE"));

        // Another service that begins its states there does not change that.
        await site.Server.WipeAsync();
        await site.Server.StartAgainAsync(Cancellation);
        await site.OpenAsync();
        await Assert.ThrowsAsync<StateStoreException>(() => ReadAsync(states.Store, "a"));
    }

    [Fact]
    public async Task A_server_that_went_back_in_time_is_noticed_until_the_newer_data_are_back()
    {
        await using var site = await RedisSite.StartAsync();
        var states = await site.OpenAsync();
        var epoch = await states.Store.AcquireAsync(Shard, Cancellation);
        await WriteAsync(states.Store, Shard, epoch, "a", "1");
        await states.Files.OpenAsync("silo-1", 1, Cancellation);
        await site.Server.StopAsync();
        site.Server.CopyTo(site.Folder.Of("old"));
        await site.Server.StartAgainAsync(Cancellation);
        await RedisSite.RepeatAsync(() => ReadAsync(states.Store, "a"));
        await WriteAsync(states.Store, Shard, epoch, "a", "2");
        await states.Files.CloseAsync((await states.Files.ListAsync(Cancellation))[0].Number, "silo-1", Cancellation);
        await states.Files.FloorAsync(Cancellation);
        await site.Server.StopAsync();
        site.Server.CopyTo(site.Folder.Of("new"));

        await site.Server.RestoreAsync(site.Folder.Of("old"));
        await site.Server.StartAgainAsync(Cancellation);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await AssertWentBackAsync(() => WriteAsync(states.Store, Shard, epoch, "a", "3"));
            await AssertWentBackAsync(() => ReadAsync(states.Store, "a"));
            await AssertWentBackAsync(async () => await states.Store.AcquireAsync(Shard, Cancellation));
            await AssertWentBackAsync(async () => await states.Files.FloorAsync(Cancellation));
        }

        await site.Server.RestoreAsync(site.Folder.Of("new"));
        await site.Server.StartAgainAsync(Cancellation);
        Assert.Equal("2", await RedisSite.RepeatAsync(() => ReadAsync(states.Store, "a")));
        await WriteAsync(states.Store, Shard, epoch, "a", "3");

        static async Task AssertWentBackAsync(Func<Task> call)
        {
            // Until the connection is there again, that is what is told.
            StateStoreException failure;
            do
            {
                failure = await Assert.ThrowsAsync<StateStoreException>(call);
            }
            while (failure.InnerException is not null);
            Assert.Contains("went back in time", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_without_memory_refuses_a_write_whole_and_takes_it_when_it_has_more()
    {
        await using var site = await RedisSite.StartAsync(("maxmemory", "6mb"));
        var store = (await site.OpenAsync()).Store;
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        var written = 0;
        StateStoreException? full = null;
        while (full is null)
        {
            try
            {
                await store.WriteAsync(Shard, epoch, [.. Enumerable.Range(written, 100).Select(i => new StateWrite($"{i}", new byte[5000]))], Cancellation);
                written += 100;
            }
            catch (StateStoreException e)
            {
                full = e;
            }
        }

        Assert.Contains("has no memory left", full.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(null, await store.GetAsync(Shard, [.. Enumerable.Range(0, written).Select(i => $"{i}")], Cancellation));
        Assert.All(await store.GetAsync(Shard, [.. Enumerable.Range(written, 100).Select(i => $"{i}")], Cancellation), Assert.Null);
        await site.ExecuteAsync("CONFIG", "SET", "maxmemory", "100mb");
        await WriteAsync(store, Shard, epoch, "after", "1");
    }

    [Fact]
    public async Task A_server_that_became_a_replica_says_so()
    {
        await using var site = await RedisSite.StartAsync();
        var store = (await site.OpenAsync()).Store;
        var epoch = await store.AcquireAsync(Shard, Cancellation);

        await site.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");

        var failure = await Assert.ThrowsAsync<StateStoreException>(() => WriteAsync(store, Shard, epoch, "a", "1"));
        Assert.Contains("is a read-only replica", failure.Message, StringComparison.Ordinal);
        await site.ExecuteAsync("REPLICAOF", "NO", "ONE");
        await RedisSite.RepeatAsync(async () =>
        {
            await WriteAsync(store, Shard, epoch, "a", "1");
            return true;
        });
    }

    [Fact]
    public async Task A_server_that_comes_back_without_its_log_is_refused_as_at_the_start()
    {
        await using var site = await RedisSite.StartAsync();
        var store = (await site.OpenAsync()).Store;
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        await site.ExecuteAsync("CONFIG", "SET", "appendfsync", "everysec");
        await site.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal");

        string told;
        do
        {
            told = (await Assert.ThrowsAsync<StateStoreException>(() => WriteAsync(store, Shard, epoch, "a", "1"))).Message;
        }
        while (!told.Contains("'appendfsync everysec'", StringComparison.Ordinal));
        await site.ExecuteAsync("CONFIG", "SET", "appendfsync", "always");
        await RedisSite.RepeatAsync(async () =>
        {
            await WriteAsync(store, Shard, epoch, "a", "1");
            return true;
        });
    }

    [Fact]
    public async Task A_server_that_is_not_there_at_the_start_is_named_with_its_setting()
    {
        await using var site = await RedisSite.StartAsync();
        await site.Server.StopAsync();
        var opening = site.OpenAsync();

        await site.Server.StartAgainAsync(Cancellation);
        Assert.Equal(64, (await opening).Store.ShardCount);

        await site.Server.StopAsync();
        var failure = await Assert.ThrowsAsync<CommandFailedException>(() => RedisStates.OpenAsync(
            new() { Connection = site.Server.Connection }, "service", shards: null, new HurriedClock(), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Cancellation));
        Assert.Contains(site.Server.Connection, failure.Message, StringComparison.Ordinal);
        Assert.Contains("CustomerTrack:Redis:Connection", failure.Message, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(ICustomerStateStore store, ShardId shard, long epoch, string key, string state) =>
        await store.WriteAsync(shard, epoch, [new(key, Encoding.UTF8.GetBytes(state))], Cancellation);

    private static async Task<string?> ReadAsync(ICustomerStateStore store, string key) =>
        (await store.GetAsync(Shard, [key], Cancellation))[0] is { } state ? Encoding.UTF8.GetString(state) : null;

    /// <summary>A clock that goes a hundred times as fast.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        public override long GetTimestamp() => System.GetTimestamp() * 100;
    }
}
