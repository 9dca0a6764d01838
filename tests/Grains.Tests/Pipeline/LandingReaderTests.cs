using CsCheck;
using CustomerTrack.Dimensions;
using CustomerTrack.Naive;

namespace CustomerTrack.Tests.Pipeline;

/// <summary>Landing to lake: real files, real grains, and a store and a lake that fail.</summary>
public sealed class LandingReaderTests(PipelineCluster cluster) : IClassFixture<PipelineCluster>, IAsyncLifetime
{
    // Far more than is needed: a reader that hangs must not hang the tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly PipelineRun _run = new(cluster);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        cluster.Store.WriteFault = null;
        await _run.DisposeAsync();
    }

    [Fact]
    public async Task A_file_is_archived_only_when_its_deltas_are_in_the_lake()
    {
        var order = new List<string>();
        _run.Lake.WriteFault = () =>
        {
            order.Add(Directory.EnumerateFiles(_run.Folder.Archive("full"), "*", SearchOption.AllDirectories).Any() ? "archived too early" : "written");
            return Fault.None;
        };
        _run.Archived = _ => order.Add("archived");
        _run.Land(cluster.Dimensions.Full, [(_key, Named(1, "a")), (_key, Named(2, "b"))]);

        await _run.StartAsync(Cancellation);
        await _run.AllArchivedAsync().WaitAsync(Patience, Cancellation);
        await _run.StopAsync(Cancellation);

        Assert.Equal(["written", "archived"], order);
        Assert.Equal(2, _run.Lake.Deltas.Count());
    }

    [Fact]
    public async Task What_a_crash_left_between_state_and_lake_comes_out_again()
    {
        var gate = new TaskCompletionSource();
        _run.Lake.Gate = gate.Task;
        _run.Lake.WriteFault = () => Fault.Before;
        _run.Land(cluster.Dimensions.Full, [(_key, Named(1, "a")), (_key, Named(2, "b"))]);
        await _run.StartAsync(Cancellation);
        await _run.Lake.Tried.Task.WaitAsync(Cancellation);
        var crash = _run.CrashAsync();
        gate.SetResult();
        await crash;
        Assert.Empty(_run.Lake.Objects);

        _run.Lake.WriteFault = null;
        await _run.StartAsync(Cancellation);
        await _run.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        AssertRows(cluster.Dimensions.Full, _key, [Named(1, "a"), Named(2, "b") with { Row = 1 }]);
    }

    [Fact]
    public async Task More_files_than_may_be_open_do_not_stop_the_reader_that_takes_them_over()
    {
        // Small files share a batch; the batch must not wait for places that only its own files can give back.
        var gate = new TaskCompletionSource();
        _run.Options.MaxOpenFiles = 40;
        _run.Options.BatchRows = 1_000;
        _run.Lake.Gate = gate.Task;
        _run.Lake.WriteFault = () => Fault.Before;
        for (var i = 0; i < 30; i++)
        {
            _run.Land(cluster.Dimensions.Full, [(_key + i, Named(1, "a"))]);
        }

        await _run.StartAsync(Cancellation);
        await _run.Lake.Tried.Task.WaitAsync(Cancellation);
        var crash = _run.CrashAsync();
        gate.SetResult();
        await crash;

        _run.Lake.WriteFault = null;
        _run.Options.MaxOpenFiles = 4;
        await _run.StartAsync(Cancellation);
        await _run.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        Assert.Equal(30, _run.Lake.Deltas.Select(d => d.Key).Distinct().Count());
    }

    [Fact]
    public async Task A_file_that_breaks_off_while_it_is_read_is_read_again_from_its_start()
    {
        var pieces = 0;
        _run.ReadFails = () => ++pieces == 12;
        var rows = Enumerable.Range(1, 60).Select(i => Named(i, $"name {i}")).ToList();
        _run.Land(cluster.Dimensions.Full, [(_key + "-0", Named(1, "z"))]);
        _run.Land(cluster.Dimensions.Full, rows.Select(r => (_key, r)));

        await _run.StartAsync(Cancellation);
        await _run.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        Assert.True(pieces > 12, $"{pieces} pieces were read; the file was to break off in its middle.");
        AssertRows(cluster.Dimensions.Full, _key, rows.Select((r, i) => r with { Row = i }));
        await _run.StopAsync(Cancellation);
        await _run.StartAsync(Cancellation);
    }

    [Fact]
    public Task Whatever_fails_and_crashes_the_lake_ends_as_the_naive_result() => Gen
        .Select(Gen.Int[0, 2], Generated.History, Generated.History, Gen.Int)
        .SampleAsync(
            async (shape, first, second, seed) =>
            {
                var dimension = cluster.Dimensions.Catalog.All[shape];
                await using var run = new PipelineRun(cluster);
                await SurviveAsync(run, dimension, first, second, new Random(seed));
            },
            iter: 30,
            threads: 1,
            print: t => $"{cluster.Dimensions.Catalog.All[t.Item1].Name} seed {t.Item4}\n{string.Join('\n', t.Item2.AsEnumerable())}\nand\n{string.Join('\n', t.Item3.AsEnumerable())}");

    private async Task SurviveAsync(PipelineRun run, DimensionDefinition dimension, Said[] first, Said[] second, Random random)
    {
        var owner = Guid.NewGuid().ToString("N");
        (string Key, Said[] History)[] customers = [(owner + "-a", first), (owner + "-b", second)];
        foreach (var file in customers.SelectMany(c => c.History.Select(said => (c.Key, said))).GroupBy(row => row.said.File).OrderBy(g => g.Key))
        {
            run.Land(dimension, file.OrderBy(row => row.said.Row));
        }

        var calls = 0;
        var crashAt = 0;
        var crash = new TaskCompletionSource();
        var chance = new Lock();
        Fault Draw()
        {
            lock (chance)
            {
                if (++calls == crashAt)
                {
                    crash.TrySetResult();
                }

                return random.Next(5) switch { 0 => Fault.Before, 1 => Fault.After, _ => Fault.None };
            }
        }

        bool Tears()
        {
            lock (chance)
            {
                return random.Next(20) == 0;
            }
        }

        cluster.Store.WriteFault = Draw;
        run.Lake.WriteFault = Draw;
        run.ReadFails = Tears;
        for (var crashes = random.Next(4); crashes > 0; crashes--)
        {
            calls = 0;
            crashAt = random.Next(1, 12);
            crash = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await run.StartAsync(Cancellation);
            await Task.WhenAny(crash.Task, run.AllArchivedAsync()).WaitAsync(Cancellation);
            await run.CrashAsync();
            if (random.Next(2) == 0)
            {
                await cluster.Store.AcquireAsync(cluster.ShardIdOf(dimension, customers[0].Key), Cancellation);
            }
        }

        await run.StartAsync(Cancellation);
        await run.AllArchivedAsync().WaitAsync(Patience, Cancellation);
        await run.StopAsync(Cancellation);
        cluster.Store.WriteFault = null;
        foreach (var (key, history) in customers)
        {
            var expected = string.Join('\n', NaiveHistory.Of(dimension, history));
            Assert.Equal(expected, string.Join('\n', Merged.History(dimension, run.Lake.Deltas.Where(d => d.Key == key))));
            var rows = await cluster.Customer(dimension, key).GetHistoryAsync(Cancellation);
            Assert.Equal(expected, string.Join('\n', rows.Select(d => SaidEncoding.Row(dimension, d))));
        }
    }

    private static Said Named(long sequence, string name) => new(sequence, 0, IsDelete: false, [name, null, null, null, null]);

    private void AssertRows(DimensionDefinition dimension, string key, IEnumerable<Said> records) => Assert.Equal(
        string.Join('\n', NaiveHistory.Of(dimension, records)),
        string.Join('\n', Merged.History(dimension, _run.Lake.Deltas.Where(d => d.Key == key))));
}
