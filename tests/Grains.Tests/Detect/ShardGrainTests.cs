using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Naive;
using CustomerTrack.Records;
using CustomerTrack.State;

namespace CustomerTrack.Tests.Detect;

/// <summary>What a shard promises about deltas and storage, on a real silo.</summary>
public sealed class ShardGrainTests(PipelineCluster pipeline) : IClassFixture<PipelineCluster>, IDisposable
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly DimensionDefinition _full = pipeline.Dimensions.Full;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        pipeline.Store.ReadFault = null;
        pipeline.Store.WriteFault = null;
    }

    [Fact]
    public async Task Redelivered_records_return_the_same_deltas_with_the_same_revisions()
    {
        Record[] records = [At(10, "a"), At(20, "b", row: 2), At(15, "c", row: 3)];

        var first = await ApplyAsync(records);
        var again = await ApplyAsync(records, redelivered: true);

        Assert.Equal(3, first.Deltas.Count);
        Assert.Equal(Texts(first), Texts(again));
        Assert.Equal(3, again.Counts.Single().Counts.Duplicates);
    }

    [Fact]
    public async Task An_ordinary_duplicate_emits_nothing_and_writes_nothing()
    {
        await ApplyAsync([At(10, "a")]);
        var writes = pipeline.Store.Writes;

        var again = await ApplyAsync([At(10, "a", file: 2)], floor: 2);

        Assert.Empty(again.Deltas);
        Assert.Equal(1, again.Counts.Single().Counts.Duplicates);
        Assert.Equal(writes, pipeline.Store.Writes);
    }

    [Theory]
    [InlineData(Fault.Before, true)]
    [InlineData(Fault.After, true)]
    [InlineData(Fault.Before, false)]
    [InlineData(Fault.After, false)]
    public async Task A_write_that_failed_is_forgotten_and_the_repeated_batch_gives_the_same_rows(Fault fault, bool hasGrain)
    {
        var before = hasGrain ? await ApplyTwiceAsync([At(10, "a")]) : await ApplyAsync([At(10, "a")]);
        Record[] more = [At(20, "b", file: 2), At(5, "z", file: 2, row: 2)];
        pipeline.Store.WriteFault = Once(fault);

        await Assert.ThrowsAnyAsync<Exception>(async () => await ApplyAsync(more, floor: 2));

        var stored = await StoredAsync(_key);
        Assert.Equal(fault == Fault.Before ? ["[10,…) a"] : ["[5,10) z", "[10,20) a", "[20,…) b"], stored);
        Assert.Equal(stored, await ReadAsync(_key));

        var repeated = await ApplyAsync(more, floor: 2, redelivered: true);
        AssertMerged(["[5,10) z", "[10,20) a", "[20,…) b"], [.. before.Deltas, .. repeated.Deltas]);
        Assert.Equal(["[5,10) z", "[10,20) a", "[20,…) b"], await StoredAsync(_key));
    }

    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.After)]
    public async Task A_first_write_that_failed_leaves_no_customer_in_memory(Fault fault)
    {
        pipeline.Store.WriteFault = Once(fault);

        await Assert.ThrowsAnyAsync<Exception>(async () => await ApplyAsync([At(10, "a")]));

        Assert.Equal(fault == Fault.Before ? [] : ["[10,…) a"], await ReadAsync(_key));
        var repeated = await ApplyAsync([At(10, "a")], redelivered: true);
        AssertMerged(["[10,…) a"], repeated.Deltas);
        Assert.Equal(1, repeated.Deltas.Single().Revision);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_customer_whose_memory_went_between_batches_asks_for_its_state(bool deactivated)
    {
        var first = await ApplyTwiceAsync([At(10, "a")]);
        var customer = pipeline.Customer(_full, _key);
        if (deactivated)
        {
            await pipeline.Cluster.DeactivateAsync(customer);
        }
        else
        {
            await customer.ForgetAsync(Cancellation);
        }

        var second = await ApplyAsync([At(20, "b", file: 2)], floor: 2);

        AssertMerged(["[10,20) a", "[20,…) b"], [.. first.Deltas, .. second.Deltas]);
        Assert.Equal([2L, 3L], second.Deltas.Select(d => d.Revision));
    }

    [Fact]
    public async Task A_customer_without_a_grain_is_read_as_it_is_stored_at_any_time()
    {
        Assert.Empty(await ReadAsync(_key));
        await ApplyAsync([At(10, "a")]);
        Assert.Equal(["[10,…) a"], await ReadAsync(_key));
        await ApplyAsync([At(20, "b", file: 2)], floor: 2);
        Assert.Equal(["[10,20) a", "[20,…) b"], await ReadAsync(_key));
        await ApplyAsync([At(30, "c", file: 3)], floor: 3);
        Assert.Equal(["[10,20) a", "[20,30) b", "[30,…) c"], await ReadAsync(_key));
    }

    [Fact]
    public async Task A_customer_that_a_read_activated_folds_on_from_storage()
    {
        Assert.Null(await pipeline.Customer(_full, _key).GetCurrentAsync(Cancellation));
        await ApplyAsync([At(10, "a")]);
        await pipeline.Cluster.DeactivateAsync(pipeline.Customer(_full, _key));

        Assert.Equal(["[10,…) a"], await ReadAsync(_key));
        var second = await ApplyAsync([At(20, "b", file: 2)], floor: 2);

        Assert.Equal([2L, 3L], second.Deltas.Select(d => d.Revision));
        Assert.Equal(20, (await pipeline.Customer(_full, _key).GetCurrentAsync(Cancellation))!.ValidFrom);
        Assert.Equal(10, (await pipeline.Customer(_full, _key).GetAsOfAsync(19, Cancellation))!.ValidFrom);
        Assert.Null(await pipeline.Customer(_full, _key).GetAsOfAsync(9, Cancellation));
    }

    [Fact]
    public async Task A_customer_in_memory_costs_no_read_of_storage()
    {
        await ApplyTwiceAsync([At(10, "a")]);
        var reads = pipeline.Store.Reads;

        await ApplyAsync([At(20, "b", file: 2)], floor: 2);

        Assert.Equal(reads, pipeline.Store.Reads);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_not_an_unknown_customer()
    {
        await ApplyTwiceAsync([At(10, "a")]);
        await pipeline.Cluster.DeactivateAsync(pipeline.Customer(_full, _key));
        pipeline.Store.ReadFault = () => Fault.Before;

        await Assert.ThrowsAnyAsync<Exception>(async () => await pipeline.Customer(_full, _key).GetCurrentAsync(Cancellation));
        await Assert.ThrowsAnyAsync<Exception>(async () => await ApplyAsync([At(20, "b", file: 2)], floor: 2));

        pipeline.Store.ReadFault = null;
        Assert.Equal(["[10,…) a"], await ReadAsync(_key));
    }

    [Fact]
    public async Task A_shard_that_was_taken_over_is_refused_and_recovers_with_a_new_epoch()
    {
        var first = await ApplyTwiceAsync([At(10, "a")]);
        await pipeline.Store.AcquireAsync(pipeline.ShardIdOf(_full, _key), Cancellation);
        var writes = pipeline.Store.Writes;

        await Assert.ThrowsAnyAsync<Exception>(async () => await ApplyAsync([At(20, "b", file: 2)], floor: 2));
        Assert.Equal(writes, pipeline.Store.Writes);
        Assert.Equal(["[10,…) a"], await ReadAsync(_key));

        var second = await ApplyAsync([At(20, "b", file: 2)], floor: 2, redelivered: true);
        AssertMerged(["[10,20) a", "[20,…) b"], [.. first.Deltas, .. second.Deltas]);
    }

    [Fact]
    public async Task What_another_owner_wrote_meanwhile_is_what_the_shard_goes_on_from()
    {
        await ApplyTwiceAsync([At(10, "a")]);
        var other = ChangeDetector.Detect(
            _full, _key, (await RawAsync(_key))!, [At(20, "b", file: 2)], new() { OpenFloor = 2, RecordedAt = 1, Redelivered = false });
        var shard = pipeline.ShardIdOf(_full, _key);
        var epoch = await pipeline.Store.AcquireAsync(shard, Cancellation);
        await pipeline.Store.WriteAsync(shard, epoch, [new(_key, other.State)], WriteSource.Alone, Cancellation);

        await Assert.ThrowsAnyAsync<Exception>(async () => await ApplyAsync([At(30, "c", file: 3)], floor: 3));
        var third = await ApplyAsync([At(30, "c", file: 3)], floor: 3, redelivered: true);

        Assert.Equal(["[10,20) a", "[20,30) b", "[30,…) c"], await StoredAsync(_key));
        AssertMerged(["[10,20) a", "[20,30) b", "[30,…) c"], third.Deltas);
    }

    [Fact]
    public async Task A_restarted_silo_goes_on_where_the_store_is()
    {
        var first = await ApplyAsync([At(10, "a")]);
        await pipeline.Cluster.RestartSiloAsync(pipeline.Cluster.GetActiveSilos().Single());

        var again = await ApplyAsync([At(10, "a")], redelivered: true);
        var second = await ApplyAsync([At(20, "b", file: 2)], floor: 2);

        Assert.Equal(Texts(first), Texts(again));
        Assert.Equal([2L, 3L], second.Deltas.Select(d => d.Revision));
    }

    [Fact]
    public async Task Counts_come_back_by_file()
    {
        var (a, b) = TwoOfOneShard();

        var result = await ApplyAsync([At(10, "x", file: 1) with { Key = a }, At(20, "y", file: 1, row: 2) with { Key = a }, At(10, "x", file: 2) with { Key = b }]);

        Assert.Equal([(1L, 2L), (2L, 1L)], result.Counts.Select(c => (c.File, c.Counts.Opened)));
    }

    [Fact]
    public async Task Records_that_are_too_late_are_named_by_their_place_in_the_batch()
    {
        var late = pipeline.Dimensions.Late;
        var (a, b) = TwoOfOneShard();
        await ApplyAsync(late, [At(100, "now") with { Key = b }]);

        var result = await ApplyAsync(late, [At(5, "x", file: 2) with { Key = a }, At(89, "old", file: 2, row: 2) with { Key = b }, At(95, "in time", file: 2, row: 3) with { Key = b }], floor: 2);

        Assert.Equal([1], result.TooLate);
        Assert.Equal(["[95,100) in time", "[100,…) now"], await ReadAsync(b, late));
        Assert.Equal(["[5,…) x"], await ReadAsync(a, late));
    }

    [Fact]
    public async Task Shards_work_at_the_same_time_and_do_not_mix()
    {
        var keys = Enumerable.Range(0, 200).Select(i => $"{_key}-{i}").ToArray();
        for (var file = 1; file <= 3; file++)
        {
            var number = file;
            await Task.WhenAll(keys.GroupBy(key => pipeline.ShardIdOf(_full, key)).Select(shard =>
                pipeline.Client.GetGrain<IShardGrain>(shard.Key.ToString()).ApplyAsync(
                    new()
                    {
                        Records = shard.Select((key, i) => At(number * 10, $"{key} {number}", file: number, row: i + 1) with { Key = key }).ToArray(),
                        OpenFloor = number,
                        Redelivered = false,
                    },
                    Cancellation).AsTask()));
        }

        foreach (var key in keys)
        {
            Assert.Equal([$"[10,20) {key} 1", $"[20,30) {key} 2", $"[30,…) {key} 3"], await StoredAsync(key));
        }
    }

    private static Func<Fault> Once(Fault fault)
    {
        var left = 1;
        return () => Interlocked.Decrement(ref left) == 0 ? fault : Fault.None;
    }

    private Record At(long sequence, string name, long file = 1, int row = 1) =>
        SaidEncoding.Record(_full, new Said(sequence, 0, IsDelete: false, [name, null, null, null, null]), _key) with { File = file, Row = row };

    private (string A, string B) TwoOfOneShard()
    {
        var others = Enumerable.Range(0, 100).Select(i => $"{_key}-{i}");
        return (_key, others.First(key => pipeline.ShardIdOf(_full, key).Number == pipeline.ShardIdOf(_full, _key).Number));
    }

    private Task<ShardResult> ApplyAsync(Record[] records, long floor = 1, bool redelivered = false) => ApplyAsync(_full, records, floor, redelivered);

    private async Task<ShardResult> ApplyAsync(DimensionDefinition dimension, Record[] records, long floor = 1, bool redelivered = false) =>
        await pipeline.ShardOf(dimension, records[0].Key).ApplyAsync(new() { Records = records, OpenFloor = floor, Redelivered = redelivered }, Cancellation);

    // A customer gets its grain when it turns up again.
    private async Task<ShardResult> ApplyTwiceAsync(Record[] records)
    {
        var first = await ApplyAsync(records);
        Assert.Empty((await ApplyAsync(records)).Deltas);
        return first;
    }

    private async Task<byte[]?> RawAsync(string key) => (await pipeline.Store.GetAsync(pipeline.ShardIdOf(_full, key), [key], Cancellation))[0];

    private async Task<List<string>> StoredAsync(string key) =>
        await RawAsync(key) is { } state ? Names(_full, CustomerHistory.Rows(_full, key, state)) : [];

    private async Task<List<string>> ReadAsync(string key, DimensionDefinition? dimension = null) =>
        Names(dimension ?? _full, await pipeline.Customer(dimension ?? _full, key).GetHistoryAsync(Cancellation));

    private static List<string> Names(DimensionDefinition dimension, IEnumerable<Delta> rows) =>
        [.. rows.Select(d => SaidEncoding.Row(dimension, d)).Select(r => $"[{r.From},{r.To?.ToString() ?? "…"}) {(r.Values is null ? "gap" : r.Values[0] ?? "null")}")];

    private static IEnumerable<string> Texts(ShardResult result) =>
        result.Deltas.OrderBy(d => d.ValidFrom).Select(d => $"{d.ValidFrom} {d.ValidTo} {d.State} {d.Revision} {d.RecordedAt} {Convert.ToHexString(d.Content.Span)} {d.File}:{d.Row}");

    private void AssertMerged(string[] expected, IEnumerable<Delta> deltas)
    {
        var all = deltas.ToList();
        Assert.Equal(expected, Merged.History(_full, all).Select(r => $"[{r.From},{r.To?.ToString() ?? "…"}) {r.Values?[0] ?? "gap"}"));
        Assert.All(all.GroupBy(d => d.Revision), same => Assert.Single(same.Select(d => (d.ValidFrom, d.ValidTo, d.State, Convert.ToHexString(d.Content.Span))).Distinct()));
    }
}
