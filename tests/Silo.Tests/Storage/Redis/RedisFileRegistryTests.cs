using CsCheck;
using CustomerTrack.Ingest;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Storage;

public sealed class RedisFileRegistryTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Numbers_rise_over_all_processes_and_none_is_given_twice()
    {
        var service = Guid.NewGuid().ToString("N");
        await using var one = await OpenAsync(service);
        await using var other = await OpenAsync(service);
        IFileRegistry[] clients = [one.Files, other.Files];
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;

        var rising = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            var numbers = new List<long>();
            for (var round = 0; round < 20; round++)
            {
                var count = 1 + (round % 3);
                var first = await clients[i % 2].OpenAsync($"silo-{i}", count, Cancellation);
                Assert.True(numbers.Count == 0 || first > numbers[^1]);
                numbers.AddRange(Enumerable.Range(0, count).Select(n => first + n));
            }

            return numbers;
        })));

        var all = rising.SelectMany(numbers => numbers).Order().ToArray();
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.True(all[0] >= before);
        var open = await one.Files.ListAsync(Cancellation);
        Assert.Equal(all, open.Select(file => file.Number));
        Assert.All(open, file => Assert.Contains(file.Number, rising[int.Parse(file.Owner["silo-".Length..], provider: null)]));
        Assert.Equal(all[0], await other.Files.FloorAsync(Cancellation));
    }

    [Fact]
    public async Task Of_two_that_take_a_file_over_from_a_dead_owner_one_gets_it()
    {
        await using var states = await OpenAsync();
        var files = states.Files;
        var number = await files.OpenAsync("dead", 1, Cancellation);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => files.TryTakeOverAsync(number, "dead", $"silo-{i}", Cancellation).AsTask()));

        Assert.Single(taken, true);
        var owner = Assert.Single(await files.ListAsync(Cancellation)).Owner;
        Assert.Equal($"silo-{Array.IndexOf(taken, true)}", owner);
        Assert.True(await files.TryTakeOverAsync(number, "dead", owner, Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_given_back_is_taken_by_another_process_again_and_again()
    {
        await using var states = await OpenAsync();
        var number = await states.Files.OpenAsync("silo-0", 1, Cancellation);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await states.Files.TryTakeOverAsync(number, $"silo-{i}", $"silo-{i}", Cancellation));
            Assert.True(await states.Files.TryTakeOverAsync(number, $"silo-{i}", "returned", Cancellation));
            Assert.True(await states.Files.TryTakeOverAsync(number, "returned", $"silo-{i + 1}", Cancellation));
        }

        Assert.Equal([new(number, "silo-3")], await states.Files.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Who_was_taken_over_from_opens_nothing_any_more()
    {
        await using var states = await OpenAsync();
        var files = states.Files;
        var number = await files.OpenAsync("dead", 2, Cancellation);
        var others = await files.OpenAsync("silo-2", 1, Cancellation);
        Assert.True(await files.TryTakeOverAsync(number, "dead", "silo-1", Cancellation));

        var opening = await Assert.ThrowsAsync<StateStoreException>(async () => await files.OpenAsync("dead", 1, Cancellation));
        await files.CloseAsync(number, "dead", Cancellation);

        Assert.Contains("'dead' was declared dead", opening.Message, StringComparison.Ordinal);
        Assert.Equal([new(number, "silo-1"), new(number + 1, "dead"), new(others, "silo-2")], await files.ListAsync(Cancellation));
        Assert.Equal(others + 1, await CloseAllAsync());

        async Task<long> CloseAllAsync()
        {
            // What a dead owner has open without a claim anywhere is closed in its name.
            foreach (var file in await files.ListAsync(Cancellation))
            {
                await files.CloseAsync(file.Number, file.Owner, Cancellation);
            }

            return await files.FloorAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_open_is_not_taken_over()
    {
        await using var states = await OpenAsync();
        var number = await states.Files.OpenAsync("dead", 1, Cancellation);
        await states.Files.CloseAsync(number, "dead", Cancellation);

        Assert.False(await states.Files.TryTakeOverAsync(number, "dead", "silo-1", Cancellation));
        Assert.Empty(await states.Files.ListAsync(Cancellation));
        await Assert.ThrowsAsync<StateStoreException>(async () => await states.Files.OpenAsync("dead", 1, Cancellation));
    }

    [Fact]
    public async Task Any_sequence_of_calls_agrees_with_a_dictionary_and_the_floor_never_falls()
    {
        var step = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 1000]);
        await step.Array[1, 40].SampleAsync(
            async steps =>
            {
                await using var states = await OpenAsync();
                var files = states.Files;
                var open = new SortedDictionary<long, string>();
                var dead = new HashSet<string>();
                var (last, floor) = (0L, 0L);
                foreach (var (what, who, whose, which) in steps)
                {
                    var (owner, from) = ($"silo-{who}", $"silo-{whose}");
                    var number = open.Count == 0 ? 1 : open.Keys.ElementAt(which % open.Count);
                    switch (what)
                    {
                        case 0 or 1 when dead.Contains(owner):
                            await Assert.ThrowsAsync<StateStoreException>(async () => await files.OpenAsync(owner, 1, Cancellation));
                            break;
                        case 0 or 1:
                            var first = await files.OpenAsync(owner, 1 + (which % 3), Cancellation);
                            Assert.True(first > last);
                            for (var i = 0; i <= which % 3; i++)
                            {
                                open.Add(last = first + i, owner);
                            }

                            break;
                        case 2:
                            var possible = open.TryGetValue(number, out var present) && (present == from || present == owner);
                            Assert.Equal(possible, await files.TryTakeOverAsync(number, from, owner, Cancellation));
                            if (owner != from)
                            {
                                dead.Add(from);
                            }

                            if (possible)
                            {
                                open[number] = owner;
                            }

                            break;
                        default:
                            await files.CloseAsync(number, owner, Cancellation);
                            if (open.TryGetValue(number, out var had) && had == owner)
                            {
                                open.Remove(number);
                            }

                            break;
                    }

                    var now = await files.FloorAsync(Cancellation);
                    Assert.Equal(open.Count > 0 ? open.Keys.First() : last + 1, now);
                    Assert.True(now >= floor, $"The floor fell from {floor} to {now}.");
                    floor = now;
                    Assert.Equal(open.Select(file => new OpenFile(file.Key, file.Value)), await files.ListAsync(Cancellation));
                }
            },
            iter: 30,
            threads: 1);
    }

    private Task<RedisStates> OpenAsync(string? service = null) => RedisStates.OpenAsync(
        new() { Connection = redis.Server.Connection }, service ?? Guid.NewGuid().ToString("N"), shards: null, TimeProvider.System, NullLoggerFactory.Instance, Cancellation);
}
