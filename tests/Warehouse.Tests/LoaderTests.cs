using System.Diagnostics.Metrics;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using Microsoft.Extensions.Logging.Abstractions;
using static CustomerTrack.Warehouse.Tests.TestWarehouse;

namespace CustomerTrack.Warehouse.Tests;

public sealed class LoaderTests
{
    [Fact]
    public async Task What_is_enqueued_and_what_the_lake_had_before_becomes_visible()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await WriteAsync(test, "before");
        await using var loader = Loader(test);
        await loader.StartAsync(Cancel);

        var after = await WriteAsync(test, "after");
        loader.Enqueue(after);
        loader.Enqueue(after);
        await loader.WaitLoadedAsync([after.Name], Cancel);
        await loader.CaughtUp.WaitAsync(Cancel);
        await loader.WaitLoadedAsync([after.Name], Cancel);

        Assert.Equal(["after", "before"], await test.ReadAsync("SELECT customer_id FROM customer ORDER BY ALL"));
        Assert.Equal(0, loader.GetStatus().WaitingObjects);
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_is_reported_and_retried_and_holds_up_nobody()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await using var loader = Loader(test);
        var bad = await WriteAsync(test, "bad");
        var path = Path.Combine(test.Lake.Root, bad.Name);
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        await File.WriteAllTextAsync(path, "no parquet", Cancel);
        var good = await WriteAsync(test, "good");
        loader.Enqueue(bad);
        loader.Enqueue(good);
        await loader.StartAsync(Cancel);

        await loader.WaitLoadedAsync([good.Name], Cancel);
        Assert.Equal(["good"], await test.ReadAsync("SELECT customer_id FROM customer"));
        Assert.Contains("could not load", loader.GetStatus().LastError, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(path, bytes, Cancel);
        await loader.WaitLoadedAsync([bad.Name], Cancel);
        Assert.Equal(["bad", "good"], await test.ReadAsync("SELECT customer_id FROM customer ORDER BY ALL"));
    }

    [Fact]
    public async Task What_was_loaded_is_merged_when_it_is_worth_it_and_counted()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        var merged = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == LoadInstruments.MeterName && instrument.Name == "customertrack.merge.rows")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, rows, _, _) => merged.TrySetResult(rows));
        listener.Start();
        await using var loader = new WarehouseLoader(test.Warehouse, test.Lake, new(), TimeProvider.System, NullLogger<WarehouseLoader>.Instance);
        var rows = new DuckDbWarehouseOptions().MergeAfterRows;
        loader.Enqueue(await test.Lake.WriteAsync(TestDimensions.Customer(), [.. Enumerable.Range(1, rows).Select(i => Deltas.Version("a" + i, 1, null, 1))], Files, Cancel));
        await loader.StartAsync(Cancel);

        Assert.Equal(rows, await merged.Task.WaitAsync(Cancel));
        Assert.Equal(0, (await test.Warehouse.GetStatusAsync(Cancel)).Dimensions[0].WaitingDeltas);
    }

    [Fact]
    public async Task An_object_nobody_enqueued_is_not_waited_for()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await using var loader = Loader(test);

        await Assert.ThrowsAsync<ArgumentException>(() => loader.WaitLoadedAsync(["customer/none.parquet"], Cancel));
    }

    private static WarehouseLoader Loader(TestWarehouse test) => new(test.Warehouse, test.Lake, new(), TimeProvider.System, NullLogger<WarehouseLoader>.Instance);

    private static async Task<LakeObject> WriteAsync(TestWarehouse test, string key) =>
        await test.Lake.WriteAsync(TestDimensions.Customer(), [Deltas.Version(key, 1, null, 1)], Files, Cancel);
}
