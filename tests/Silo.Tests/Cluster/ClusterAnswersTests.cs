using CustomerTrack.Cli;
using CustomerTrack.Cli.Output;

namespace CustomerTrack.Cluster;

/// <summary>What any silo of a cluster answers, whoever has the warehouse.</summary>
public sealed class ClusterAnswersTests : IAsyncLifetime
{
    private const string ManyRows = "SELECT range AS n, 'row ' || range AS text, range % 2 = 0 AS even FROM range(200000) ORDER BY n";

    private TestSilos _silos = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _silos = await TestSilos.StartAsync(2);

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    [Fact]
    public async Task Many_rows_through_another_silo_are_those_of_the_writer()
    {
        var direct = await TestSilos.QueryAsync(_silos.Writer, ManyRows);
        var through = await TestSilos.QueryAsync(_silos.Other, ManyRows);

        Assert.Equal(200_000, through.Count);
        Assert.Equal(direct, through);
    }

    [Fact]
    public async Task An_answer_that_nobody_reads_does_not_pile_up_on_the_way()
    {
        // 800 MB of text in memory; what waits on the way is a pipe and a chunk, and the heap also holds what tests beside this one need.
        // The database itself keeps its own result, compressed and outside this heap.
        const string Wide = "SELECT repeat('x', 20000) || range AS text FROM range(20000)";
        await using var result = await TestSilos.PipelineOf(_silos.Other).QueryAsync(Wide, Cancellation);
        await using var rows = result.Rows.GetAsyncEnumerator(Cancellation);
        Assert.True(await rows.MoveNextAsync());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var count = 1;
        while (await rows.MoveNextAsync())
        {
            if (++count % 1000 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(20_000, count);
        Assert.InRange(most, long.MinValue, 300L * 1024 * 1024);
    }

    [Fact]
    public async Task An_answer_whose_writer_dies_ends_with_an_error_and_the_next_one_works()
    {
        var (writer, other) = (_silos.Writer, _silos.Other);
        await using var result = await TestSilos.PipelineOf(other).QueryAsync(ManyRows, Cancellation);
        await using var rows = result.Rows.GetAsyncEnumerator(Cancellation);
        Assert.True(await rows.MoveNextAsync());

        await _silos.KillAsync(writer);
        var failed = await Assert.ThrowsAnyAsync<CommandFailedException>(async () =>
        {
            while (await rows.MoveNextAsync())
            {
            }
        });

        Assert.Contains("cut off", failed.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await TestSilos.QueryAsync(other, "SELECT 1"));
    }

    [Fact]
    public async Task An_answer_whose_writer_leaves_ends_with_an_error_and_the_next_one_works()
    {
        var (writer, other) = (_silos.Writer, _silos.Other);
        await using var result = await TestSilos.PipelineOf(other).QueryAsync(ManyRows, Cancellation);
        await using var rows = result.Rows.GetAsyncEnumerator(Cancellation);
        Assert.True(await rows.MoveNextAsync());

        await _silos.StopAsync(writer);
        await Assert.ThrowsAnyAsync<CommandFailedException>(async () =>
        {
            while (await rows.MoveNextAsync())
            {
            }
        });

        Assert.Equal(["1"], await TestSilos.QueryAsync(other, "SELECT 1"));
    }

    [Fact]
    public async Task A_query_that_is_refused_says_so_through_another_silo()
    {
        var refused = await Assert.ThrowsAsync<CommandFailedException>(() => TestSilos.QueryAsync(_silos.Other, "DROP TABLE customer"));

        Assert.Contains("Only queries are run", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UsageException>(() => TestSilos.PipelineOf(_silos.Other).HistoryAsync(new() { Key = "a|b" }, Cancellation));
    }

    [Fact]
    public async Task History_and_verify_are_answered_by_every_silo()
    {
        await TestSilos.IngestAsync(_silos.Other, _silos.File("a.csv", 0, 10, sequence: 1));
        await TestSilos.IngestAsync(_silos.Writer, _silos.File("b.csv", 0, 10, sequence: 2));
        foreach (var silo in _silos.All)
        {
            await using var result = await TestSilos.PipelineOf(silo).HistoryAsync(new() { Key = "C3" }, Cancellation);
            Assert.Equal(2, await CountAsync(result));
            var report = await TestSilos.PipelineOf(silo).VerifyAsync(new(), Cancellation);
            Assert.Equal((true, 10L, 20L), (report.Agrees, report.Customers, report.Versions));
        }
    }

    [Fact]
    public async Task A_file_of_one_name_that_lands_again_is_waited_for_again()
    {
        var file = _silos.File("a.csv", 0, 10, sequence: 1);
        var first = await TestSilos.IngestAsync(_silos.Other, file);
        var again = await TestSilos.IngestAsync(_silos.Writer, file);

        Assert.Equal((10, 0), (first.Opened, first.NoOps));
        Assert.Equal((0, 10), (again.Opened, again.NoOps));
    }

    [Fact]
    public async Task Status_has_the_totals_the_silos_and_who_writes_the_warehouse()
    {
        await TestSilos.IngestAsync(_silos.Other, _silos.File("a.csv", 0, 10));
        await TestSilos.IngestAsync(_silos.Writer, _silos.File("b.csv", 10, 20));
        foreach (var silo in _silos.All)
        {
            var status = await ((ClusterState)TestSilos.Get<Api.IPipelineState>(silo)).GetAsync(Cancellation);

            Assert.Null(status.Failure);
            Assert.Equal((30, 2, 0, 0), (status.Ingested.Accepted, status.Ingested.Files, status.OpenFiles, status.WaitingFiles));
            Assert.Equal((30, 30), (status.Dimensions.Single().CurrentRows, status.Dimensions.Single().HistoryRows));
            Assert.Equal((TestSilos.NameOf(_silos.Writer), "writing"), (status.Cluster!.Warehouse.Silo, status.Cluster.Warehouse.State));
            Assert.NotNull(status.Cluster.Warehouse.Since);
            Assert.Equal(_silos.All.Select(TestSilos.NameOf).Order(StringComparer.Ordinal), status.Cluster.Silos.Select(row => row.Name));
            Assert.All(status.Cluster.Silos, row => Assert.Equal(("active", true, 0), (row.Status, row.Answers, row.OpenFiles)));
            Assert.Equal(30, status.Cluster.Silos.Sum(row => row.Accepted));

            await using var rows = await TestSilos.PipelineOf(silo).StatusAsync(Cancellation);
            Assert.Equal(3, await CountAsync(rows));
        }
    }

    private static async Task<int> CountAsync(Result result)
    {
        var count = 0;
        await foreach (var row in result.Rows.WithCancellation(Cancellation))
        {
            Assert.Equal(result.Columns.Count, row.Count);
            count++;
        }

        return count;
    }
}
