using CustomerTrack.Detect;
using CustomerTrack.Lake;
using CustomerTrack.Records;

namespace CustomerTrack.Cluster;

/// <summary>Whoever writes the warehouse, and what becomes of it when that changes.</summary>
public sealed class WarehouseWriterTests : IAsyncLifetime
{
    private TestSilos _silos = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _silos = await TestSilos.StartAsync(3);

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    [Fact]
    public async Task One_silo_writes_and_every_silo_answers()
    {
        var report = await TestSilos.IngestAsync(_silos.Other, _silos.File("a.csv", 0, 1000));

        Assert.Equal((1000, 1000, 1000), (report.Rows, report.Accepted, report.Opened));
        Assert.Single(_silos.All, silo => TestSilos.Get<WarehouseWriter>(silo).Tenure is not null);
        foreach (var silo in _silos.All)
        {
            Assert.Equal(["1000"], await TestSilos.QueryAsync(silo, "SELECT count(*) FROM customer"));
            Assert.True((await TestSilos.PipelineOf(silo).VerifyAsync(new(), Cancellation)).Agrees);
            var current = await TestSilos.Get<IGrainFactory>(silo).GetGrain<ICustomerGrain>(CustomerKey.Of("customer", "C7")).GetCurrentAsync(Cancellation);
            Assert.Equal(1, current!.ValidFrom);
        }
    }

    [Fact]
    public async Task A_silo_that_leaves_hands_the_warehouse_over_whole()
    {
        await TestSilos.IngestAsync(_silos.Other, _silos.File("a.csv", 0, 1000));
        var before = TestSilos.NameOf(_silos.Writer);

        await _silos.StopAsync(_silos.Writer);
        await _silos.UntilWritingAsync();

        Assert.NotEqual(before, TestSilos.NameOf(_silos.Writer));
        await TestSilos.IngestAsync(_silos.Other, _silos.File("b.csv", 1000, 500));
        Assert.Equal(["1500"], await TestSilos.QueryAsync(_silos.Other, "SELECT count(*) FROM customer"));
    }

    [Fact]
    public async Task The_seat_of_a_dead_silo_is_taken_and_files_go_on_to_the_end()
    {
        await TestSilos.IngestAsync(_silos.Other, _silos.File("a.csv", 0, 1000));
        var asked = _silos.Other;

        var ingesting = TestSilos.IngestAsync(asked, _silos.File("b.csv", 1000, 20_000));
        await _silos.KillAsync(_silos.Writer);
        await _silos.UntilWritingAsync();
        await ingesting;

        Assert.Equal(["21000"], await TestSilos.QueryAsync(asked, "SELECT count(*) FROM customer"));
        Assert.True((await TestSilos.PipelineOf(asked).VerifyAsync(new(), Cancellation)).Agrees);
    }

    [Fact]
    public async Task What_a_silo_wrote_and_did_not_announce_is_found_when_it_dies()
    {
        await UnannouncedAsync("C1");
        Assert.Equal(["0"], await TestSilos.QueryAsync(_silos.Writer, "SELECT count(*) FROM customer"));

        await _silos.KillAsync(_silos.Other);

        await TestSilos.UntilAsync(async () => (await TestSilos.QueryAsync(_silos.Writer, "SELECT count(*) FROM customer"))[0] == "1", "the object is loaded");
    }

    [Fact]
    public async Task What_a_writer_was_told_and_did_not_load_its_successor_loads()
    {
        await UnannouncedAsync("C1");

        await _silos.KillAsync(_silos.Writer);
        await _silos.UntilWritingAsync();

        Assert.Equal(["1"], await TestSilos.QueryAsync(_silos.Other, "SELECT count(*) FROM customer"));
    }

    [Fact]
    public async Task A_writer_whose_seat_is_another_s_by_now_stops()
    {
        var (zombie, other) = (_silos.Writer, _silos.Other);

        _silos.Board.Give(WarehouseSeat.Name, TestSilos.NameOf(other));
        await TestSilos.UntilAsync(() => new(TestSilos.Get<WarehouseWriter>(other).State == "writing"), "the other silo writes");

        Assert.Null(TestSilos.Get<WarehouseWriter>(zombie).Tenure);
        Assert.Null(TestSilos.Get<WarehouseWriter>(zombie).State);
        await TestSilos.IngestAsync(zombie, _silos.File("a.csv", 0, 10));
        Assert.Equal(["10"], await TestSilos.QueryAsync(zombie, "SELECT count(*) FROM customer"));
    }

    [Fact]
    public async Task While_the_board_is_away_the_holder_goes_on_and_nobody_else_takes_the_seat()
    {
        var writer = _silos.Writer;
        foreach (var silo in _silos.All)
        {
            ((MemoryBoard.Window)TestSilos.Get<IClusterBoard>(silo)).IsShut = true;
        }

        await TestSilos.UntilAsync(() => new(_silos.All.All(silo => TestSilos.Get<WarehouseSeat>(silo).Failure is not null)), "every silo has seen that the board is away");

        Assert.Equal("writing", TestSilos.Get<WarehouseWriter>(writer).State);
        Assert.Equal(["1"], await TestSilos.QueryAsync(_silos.Other, "SELECT 1"));
        Assert.Contains("board of the cluster cannot be read", ((ClusterState)TestSilos.Get<Api.IPipelineState>(writer)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_that_is_gone_is_named_by_whoever_calls_it()
    {
        var grains = TestSilos.Get<IGrainFactory>(_silos.Other);

        var gone = await Assert.ThrowsAnyAsync<Exception>(async () => await grains.GetGrain<ISiloGrain>("127.0.0.1-1-1").ReportAsync(Cancellation));

        Assert.Contains("127.0.0.1-1-1' is not in the cluster", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_waits_for_a_writer_but_those_who_want_to_know()
    {
        var writer = _silos.Writer;
        var others = _silos.All.Where(silo => silo != writer).ToList();
        foreach (var silo in others)
        {
            ((MemoryBoard.Window)TestSilos.Get<IClusterBoard>(silo)).IsShut = true;
        }

        await _silos.KillAsync(writer);
        var queue = TestSilos.Get<ClusterLoadQueue>(others[0]);
        var written = await WriteAsync("C1");
        queue.Enqueue(written);
        var loaded = queue.WaitLoadedAsync(written, Cancellation);

        Assert.Equal(1, queue.Unloaded);
        Assert.False(loaded.IsCompleted);
        foreach (var silo in others)
        {
            ((MemoryBoard.Window)TestSilos.Get<IClusterBoard>(silo)).IsShut = false;
        }

        await loaded;
        Assert.Equal(0, queue.Unloaded);
    }

    private async Task UnannouncedAsync(string key) => await WriteAsync(key);

    /// <summary>Puts an object into the lake as a silo does, and tells nobody.</summary>
    private async Task<LakeObject> WriteAsync(string key)
    {
        var dimension = _silos.Dimensions.All[0];
        var content = new ContentWriter(dimension);
        content.Begin();
        content.SetText(0, "lost");
        var delta = new Delta { Key = key, ValidFrom = 1, Revision = 1, RecordedAt = 1, Content = content.Finish().ToArray(), File = 1, Row = 1 };
        return await _silos.Lake.WriteAsync(dimension, [delta], new Dictionary<long, string> { [1] = "lost.csv" }, Cancellation);
    }
}
