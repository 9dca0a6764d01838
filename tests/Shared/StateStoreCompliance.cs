using System.Globalization;
using System.Text;
using CsCheck;
using CustomerTrack.State;

namespace CustomerTrack.Storage;

/// <summary>What every state store must do, whatever it keeps its data in.</summary>
public abstract class StateStoreCompliance : IDisposable
{
    private static readonly ShardId Shard = new("customer", 3);

    /// <summary>Opens the one store of the test; after <see cref="Close"/> it opens the same data again.</summary>
    protected abstract ICustomerStateStore Open();

    protected abstract void Close(ICustomerStateStore store);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    [Fact]
    public async Task A_written_state_is_read_back_and_the_newest_wins()
    {
        var store = Open();
        var epoch = await store.AcquireAsync(Shard, Cancellation);

        await store.WriteAsync(Shard, epoch, [Write("a", "1"), Write("b", "2")], Cancellation);
        await store.WriteAsync(Shard, epoch, [Write("a", "3")], Cancellation);

        Assert.Equal(["3", "2"], await GetAsync(store, Shard, "a", "b"));
        Close(store);
    }

    [Fact]
    public async Task A_key_twice_in_one_write_keeps_the_last()
    {
        var store = Open();
        var epoch = await store.AcquireAsync(Shard, Cancellation);

        await store.WriteAsync(Shard, epoch, [Write("a", "1"), Write("a", "2")], Cancellation);

        Assert.Equal(["2"], await GetAsync(store, Shard, "a"));
        Close(store);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(3000)]
    public async Task States_come_in_the_order_of_the_keys_with_null_for_unknown_ones(int count)
    {
        var store = Open();
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        var keys = Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        await store.WriteAsync(Shard, epoch, [.. keys.Where((_, i) => i % 3 != 1).Select(key => Write(key, "state " + key))], Cancellation);
        new Random(count).Shuffle(keys);

        var states = await GetAsync(store, Shard, [.. keys, keys[0]]);

        Assert.Equal([.. keys.Append(keys[0]).Select(key => int.Parse(key, CultureInfo.InvariantCulture) % 3 == 1 ? null : "state " + key)], states);
        Close(store);
    }

    [Fact]
    public async Task An_empty_state_is_not_the_same_as_none()
    {
        var store = Open();
        var epoch = await store.AcquireAsync(Shard, Cancellation);

        await store.WriteAsync(Shard, epoch, [Write("empty", "")], Cancellation);

        Assert.Equal(["", null], await GetAsync(store, Shard, "empty", "none"));
        Close(store);
    }

    [Fact]
    public async Task Nothing_asked_is_nothing_answered()
    {
        var store = Open();
        var epoch = await store.AcquireAsync(Shard, Cancellation);

        await store.WriteAsync(Shard, epoch, [], Cancellation);

        Assert.Empty(await store.GetAsync(Shard, [], Cancellation));
        Assert.Empty(await ScanAsync(store, Shard));
        Close(store);
    }

    [Fact]
    public async Task Epochs_rise_per_shard_and_survive_reopening()
    {
        var store = Open();
        var first = await store.AcquireAsync(Shard, Cancellation);
        var second = await store.AcquireAsync(Shard, Cancellation);
        Close(store);
        store = Open();

        var third = await store.AcquireAsync(Shard, Cancellation);

        Assert.True(first < second && second < third, $"{first}, {second}, {third}");
        await store.WriteAsync(Shard, third, [Write("a", "1")], Cancellation);
        Close(store);
    }

    [Fact]
    public async Task A_write_with_an_older_epoch_is_refused_whole()
    {
        var store = Open();
        var old = await store.AcquireAsync(Shard, Cancellation);
        await store.WriteAsync(Shard, old, [Write("a", "before")], Cancellation);
        var current = await store.AcquireAsync(Shard, Cancellation);

        var refused = await Assert.ThrowsAsync<StaleEpochException>(async () => await store.WriteAsync(Shard, old, [Write("a", "stale"), Write("b", "stale")], Cancellation));

        Assert.Equal(Shard, refused.Shard);
        Assert.Equal(["before", null], await GetAsync(store, Shard, "a", "b"));
        await store.WriteAsync(Shard, current, [Write("a", "after")], Cancellation);
        Assert.Equal(["after"], await GetAsync(store, Shard, "a"));
        Close(store);
    }

    [Fact]
    public async Task A_shard_that_nobody_acquired_cannot_be_written()
    {
        var store = Open();

        await Assert.ThrowsAsync<StaleEpochException>(async () => await store.WriteAsync(Shard, 1, [Write("a", "1")], Cancellation));

        Close(store);
    }

    [Fact]
    public async Task A_stale_write_does_not_harm_the_writes_it_is_grouped_with()
    {
        var store = Open();
        var shards = Enumerable.Range(0, 32).Select(number => new ShardId("customer", number)).ToArray();
        var epochs = await Task.WhenAll(shards.Select(shard => store.AcquireAsync(shard, Cancellation).AsTask()));
        await store.AcquireAsync(shards[7], Cancellation);

        for (var round = 0; round < 20; round++)
        {
            var text = round.ToString(CultureInfo.InvariantCulture);
            var writes = shards.Select((shard, i) => store.WriteAsync(shard, epochs[i], [Write("a", text)], Cancellation).AsTask()).ToArray();
            await Assert.ThrowsAsync<StaleEpochException>(() => writes[7]);
            await Task.WhenAll(writes.Where((_, i) => i != 7));
            foreach (var shard in shards)
            {
                Assert.Equal([shard.Number == 7 ? null : text], await GetAsync(store, shard, "a"));
            }
        }

        Close(store);
    }

    [Fact]
    public async Task Of_racing_owners_only_the_newest_writes()
    {
        var store = Open();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(owner => Task.Run(
            async () =>
            {
                var epoch = await store.AcquireAsync(Shard, Cancellation);
                try
                {
                    await store.WriteAsync(Shard, epoch, [Write("owner", epoch.ToString(CultureInfo.InvariantCulture))], Cancellation);
                    return (Epoch: epoch, Wrote: true);
                }
                catch (StaleEpochException)
                {
                    return (Epoch: epoch, Wrote: false);
                }
            },
            Cancellation)));

        Assert.Equal(50, outcomes.Select(outcome => outcome.Epoch).Distinct().Count());
        Assert.Contains(outcomes, outcome => outcome == (outcomes.Max(other => other.Epoch), true));
        Assert.Equal([outcomes.Max(outcome => outcome.Epoch).ToString(CultureInfo.InvariantCulture)], await GetAsync(store, Shard, "owner"));
        Close(store);
    }

    [Fact]
    public async Task Concurrent_writers_of_many_shards_lose_nothing()
    {
        var store = Open();
        await Task.WhenAll(Enumerable.Range(0, store.ShardCount).Select(number => Task.Run(
            async () =>
            {
                var shard = new ShardId("customer", number);
                var epoch = await store.AcquireAsync(shard, Cancellation);
                for (var round = 0; round < 10; round++)
                {
                    await store.WriteAsync(shard, epoch, [.. Enumerable.Range(0, 20).Select(i => Write($"{round}-{i}", $"{number}/{round}/{i}"))], Cancellation);
                }
            },
            Cancellation)));
        Close(store);
        store = Open();

        for (var number = 0; number < store.ShardCount; number++)
        {
            var rows = await ScanAsync(store, new("customer", number));
            Assert.Equal(200, rows.Count);
            Assert.All(rows, row => Assert.Equal($"{number}/{row.Key.Replace('-', '/')}", row.Value));
        }

        Close(store);
    }

    [Fact]
    public async Task A_scan_returns_the_whole_shard_in_order_and_nothing_of_its_neighbours()
    {
        var store = Open();
        string[] keys = ["", "\0", "\u0001", " ", "A", "a", "a\0", "a|b", "a\\|b", "é", "ÿ", "߿", "\uD7FF", "\uE000", "\uFFFD", "\uFFFF", "𐀀", "🙂", "\U0010FFFF", new string('k', 5000)];
        ShardId[] shards = [new("cust", 0), new("cust", 1), new("customer", 0), new("customer", 1), new("customer", 63), new("customers", 0), new("cus", 63), new("t", 0), new("t\0", 1), new("é", 1)];
        foreach (var shard in shards)
        {
            var epoch = await store.AcquireAsync(shard, Cancellation);
            await store.WriteAsync(shard, epoch, [.. keys.Select(key => Write(key, $"{shard}:{key}"))], Cancellation);
        }

        foreach (var shard in shards)
        {
            var rows = await ScanAsync(store, shard);
            Assert.Equal(keys.OrderBy(key => Encoding.UTF8.GetBytes(key), ByteOrder), rows.Select(row => row.Key));
            Assert.All(rows, row => Assert.Equal($"{shard}:{row.Key}", row.Value));
        }

        Assert.Empty(await ScanAsync(store, new("customer", 2)));
        Assert.Empty(await ScanAsync(store, new("custome", 0)));
        Close(store);
    }

    [Fact]
    public async Task A_scan_sees_the_store_as_it_was_when_it_began()
    {
        var store = Open();
        var epoch = await store.AcquireAsync(Shard, Cancellation);
        await store.WriteAsync(Shard, epoch, [.. Enumerable.Range(0, 5000).Select(i => Write($"{i:D5}", "old"))], Cancellation);

        var seen = 0;
        await foreach (var (_, state) in store.ScanAsync(Shard, Cancellation))
        {
            if (seen++ == 0)
            {
                await store.WriteAsync(Shard, epoch, [.. Enumerable.Range(0, 6000).Select(i => Write($"{i:D5}", "new"))], Cancellation);
            }

            Assert.Equal("old", Text(state));
        }

        Assert.Equal(5000, seen);
        Close(store);
    }

    [Fact]
    public async Task File_names_are_remembered_by_number()
    {
        var store = Open();
        await store.PutFileNameAsync(long.MaxValue, "customer_🙂.csv", Cancellation);
        await store.PutFileNameAsync(1, "a.csv", Cancellation);
        await store.PutFileNameAsync(1, "a.csv", Cancellation);
        Close(store);
        store = Open();

        Assert.Equal("a.csv", await store.GetFileNameAsync(1, Cancellation));
        Assert.Equal("customer_🙂.csv", await store.GetFileNameAsync(long.MaxValue, Cancellation));
        Assert.Null(await store.GetFileNameAsync(2, Cancellation));
        Close(store);
    }

    [Fact]
    public async Task A_shard_out_of_range_is_refused()
    {
        var store = Open();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.AcquireAsync(new("customer", store.ShardCount), Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.GetAsync(new("customer", -1), ["a"], Cancellation));

        Close(store);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_in_a_key_is_refused_and_harms_no_one_else()
    {
        var store = Open();
        var epoch = await store.AcquireAsync(Shard, Cancellation);

        await Assert.ThrowsAsync<ArgumentException>(async () => await store.WriteAsync(Shard, epoch, [Write("good", "1"), Write("bad\uD800", "2")], Cancellation));

        Assert.Equal([null], await GetAsync(store, Shard, "good"));
        Close(store);
    }

    [Fact]
    public async Task Any_sequence_of_calls_agrees_with_a_dictionary()
    {
        var step =
            from what in Gen.Int[0, 9]
            from dimension in Gen.OneOf(Gen.Const("cust"), Gen.Const("customer"))
            from number in Gen.Int[0, 2]
            from keys in Gen.Select(Gen.Int[0, 12], Gen.Int[0, 700]).Array[0, 25]
            select (What: what, Shard: new ShardId(dimension, number), Keys: keys);

        await step.Array[1, 40].SampleAsync(
            async steps =>
            {
                var store = Open();
                var owner = Guid.NewGuid().ToString("N");
                var model = new Dictionary<(ShardId Shard, string Key), int>();
                foreach (var (what, shard, keys) in steps)
                {
                    switch (what)
                    {
                        case 0:
                            Close(store);
                            store = Open();
                            break;
                        case 1 or 2:
                            var scanned = (await ScanAsync(store, shard)).Where(row => row.Key.StartsWith(owner, StringComparison.Ordinal));
                            Assert.Equal(model.Where(row => row.Key.Shard == shard).Select(row => row.Key.Key).Order(StringComparer.Ordinal), scanned.Select(row => row.Key));
                            break;
                        case <= 5:
                            var read = await store.GetAsync(shard, [.. keys.Select(key => owner + key.Item1)], Cancellation);
                            Assert.Equal(keys.Select(key => model.TryGetValue((shard, owner + key.Item1), out var length) ? length : (int?)null), read.Select(state => state?.Length));
                            break;
                        default:
                            var epoch = await store.AcquireAsync(shard, Cancellation);
                            await store.WriteAsync(shard, epoch, [.. keys.Select(key => new StateWrite(owner + key.Item1, new byte[key.Item2]))], Cancellation);
                            foreach (var (key, length) in keys)
                            {
                                model[(shard, owner + key)] = length;
                            }

                            break;
                    }
                }

                Close(store);
            },
            iter: 25,
            threads: 1);
    }

    protected static StateWrite Write(string key, string state) => new(key, Encoding.UTF8.GetBytes(state));

    protected static async Task<string?[]> GetAsync(ICustomerStateStore store, ShardId shard, params string[] keys) =>
        [.. (await store.GetAsync(shard, keys, Cancellation)).Select(state => state is null ? null : Text(state))];

    protected static async Task<List<(string Key, string Value)>> ScanAsync(ICustomerStateStore store, ShardId shard)
    {
        var rows = new List<(string Key, string Value)>();
        await foreach (var (key, state) in store.ScanAsync(shard, Cancellation))
        {
            rows.Add((key, Text(state)));
        }

        return rows;
    }

    protected static string Text(byte[] state) => Encoding.UTF8.GetString(state);

    private static readonly Comparer<byte[]> ByteOrder = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));
}
