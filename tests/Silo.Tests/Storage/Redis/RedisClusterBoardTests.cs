using System.Text;
using CustomerTrack.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Storage;

public sealed class RedisClusterBoardTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_seat_has_one_holder_until_it_is_left_or_taken_instead_of_that_one()
    {
        await using var states = await OpenAsync();
        var board = states.Board;
        Assert.Null(await board.GetSeatAsync("warehouse", Cancellation));

        var took = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => board.TryTakeSeatAsync("warehouse", $"silo-{i}", null, Cancellation).AsTask()));
        Assert.Single(took, true);
        var holder = $"silo-{Array.IndexOf(took, true)}";
        Assert.Equal(holder, await board.GetSeatAsync("warehouse", Cancellation));
        Assert.True(await board.TryTakeSeatAsync("warehouse", holder, null, Cancellation));
        Assert.False(await board.TryTakeSeatAsync("warehouse", "next", "somebody", Cancellation));

        took = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => board.TryTakeSeatAsync("warehouse", $"next-{i}", holder, Cancellation).AsTask()));
        Assert.Single(took, true);
        await board.LeaveSeatAsync("warehouse", holder, Cancellation);
        Assert.StartsWith("next-", await board.GetSeatAsync("warehouse", Cancellation), StringComparison.Ordinal);
        await board.LeaveSeatAsync("warehouse", (await board.GetSeatAsync("warehouse", Cancellation))!, Cancellation);
        Assert.Null(await board.GetSeatAsync("warehouse", Cancellation));
        Assert.Null(await board.GetSeatAsync("other", Cancellation));
    }

    [Fact]
    public async Task Notes_are_read_in_order_and_are_taken_down_in_time()
    {
        await using var states = await OpenAsync();
        var board = states.Board;
        await PostAsync(board, "a", "1", TimeSpan.FromMinutes(1));
        await PostAsync(board, "a", "2", TimeSpan.FromMinutes(1));
        await PostAsync(board, "b", "", TimeSpan.FromMinutes(1));

        Assert.Equal(["", null, "2"], await ReadAsync(board, "b", "none", "a"));
        Assert.Empty(await board.ReadAsync([], Cancellation));
        await PostAsync(board, "a", "3", TimeSpan.FromMilliseconds(20));
        while ((await ReadAsync(board, "a"))[0] is not null)
        {
            await Task.Yield();
        }

        Assert.Equal(["", null], await ReadAsync(board, "b", "a"));
    }

    [Fact]
    public async Task An_older_note_that_arrives_late_does_not_cover_the_newer_one()
    {
        await using var site = await RedisSite.StartAsync();
        await using var proxy = new HoldingProxy(site.Server.Port);
        var board = (await site.OpenAsync(proxy.Connection)).Board;
        await PostAsync(board, "a", "first", TimeSpan.FromMinutes(1));
        var keeping = proxy.HoldNext("older");
        await Assert.ThrowsAsync<State.StateStoreException>(() => PostAsync(board, "a", "older", TimeSpan.FromMinutes(1)));
        await RedisSite.RepeatAsync(async () =>
        {
            await PostAsync(board, "a", "newer", TimeSpan.FromMinutes(1));
            return true;
        });

        await proxy.DeliverAsync(await keeping);

        Assert.Equal(["newer"], await ReadAsync(board, "a"));
    }

    private static async Task PostAsync(IClusterBoard board, string name, string note, TimeSpan keep) => await board.PostAsync(name, Encoding.UTF8.GetBytes(note), keep, Cancellation);

    private static async Task<string?[]> ReadAsync(IClusterBoard board, params string[] names) =>
        [.. (await board.ReadAsync(names, Cancellation)).Select(note => note is null ? null : Encoding.UTF8.GetString(note))];

    private Task<RedisStates> OpenAsync() => RedisStates.OpenAsync(
        new() { Connection = redis.Server.Connection }, Guid.NewGuid().ToString("N"), shards: null, TimeProvider.System, NullLoggerFactory.Instance, Cancellation);
}
