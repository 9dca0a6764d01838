using CsCheck;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using CustomerTrack.Naive;

namespace CustomerTrack.Tests.Pipeline;

/// <summary>Several silos on one folder, which die, come back from the dead, and take each other's files over.</summary>
public sealed partial class SharedLandingTests(PipelineCluster cluster, ITestOutputHelper output) : IClassFixture<PipelineCluster>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // One sequence and few values, so nothing but ties, in files of several rows: the later row of a file wins, between files the greater content.
    private static readonly Gen<Said[]> Ties = Gen.Select(Gen.Const(7L), Gen.Int[0, 9], Gen.Int[0, 9])
        .Select((sequence, percent, value) => new Said(sequence, 0, percent == 0, [((char)('a' + value)).ToString(), null, null, null, null]))
        .Array[6, 12];

    private readonly string _key = Guid.NewGuid().ToString("N");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DimensionDefinition Full => cluster.Dimensions.Full;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        cluster.Store.Files = null;
        cluster.Store.WriteFault = null;
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_that_come_after_their_file_was_taken_over_and_closed_would_win_if_they_were_not_refused(bool areRefused)
    {
        await using var shared = NewFolder(areRefused);

        // The file says z, then a: a is what it says. Of two files the greater content wins, which is n in the end. Once the files are finished that is all that
        // is remembered, so a z that comes late would beat it.
        shared.Land(Full, [(_key, Named(1, "z")), (_key + "-other", Named(1, "x")), (_key, Named(1, "a"))]);
        var zombie = await shared.StartSiloAsync(Cancellation, paused: true);
        await zombie.Registry.Held.Task.WaitAsync(Patience, Cancellation);
        zombie.DeclareDead();
        var taker = await shared.StartSiloAsync(Cancellation);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);
        shared.Land(Full, [(_key, Named(1, "m"))]);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);
        shared.Land(Full, [(_key, Named(1, "n"))]);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Store.WriteFault = () =>
        {
            late.TrySetResult();
            return Fault.None;
        };
        zombie.Registry.Resume();
        zombie.Registry.Pause();
        await late.Task.WaitAsync(Patience, Cancellation);
        await zombie.Registry.Held.Task.WaitAsync(Patience, Cancellation);

        // Its process ends before it comes to the a.
        await zombie.StopAsync(Cancellation);
        await taker.StopAsync(Cancellation);

        var name = Assert.Single(Merged.History(Full, shared.Lake.Deltas.Where(delta => delta.Key == _key))).Values![0];
        Assert.Equal(areRefused ? "n" : "z", name);
        Assert.Equal((0, 0), (zombie.OpenFiles, zombie.Reports.Open.Count));
        Assert.Empty(zombie.Reports.Finished);
    }

    [Fact]
    public async Task Histories_in_which_only_the_refusal_of_late_rows_keeps_the_tables_right_are_generated_and_come_out_right()
    {
        var wrong = 0;
        var seen = 0;
        await Gen.Select(Ties, Ties, Gen.Int).SampleAsync(
            async (first, second, seed) =>
            {
                seen++;
                Assert.True(await IsRightAsync(first, second, seed, areRefused: true));

                // One is enough, and it takes a while.
                wrong += wrong > 0 || await IsRightAsync(first, second, seed, areRefused: false) ? 0 : 1;
            },
            iter: 40,
            threads: 1,
            print: t => $"seed {t.Item3}\n{string.Join('\n', t.Item1.AsEnumerable())}\nand\n{string.Join('\n', t.Item2.AsEnumerable())}");
        output.WriteLine($"{(wrong > 0 ? "At least one" : "None")} of {seen} histories would have come out wrong.");
        Assert.True(wrong > 0, "None of the histories needs what it is to show.");
    }

    [Fact]
    public Task Whichever_silos_die_or_only_seem_to_the_lake_ends_as_the_naive_result_and_every_file_is_archived_once() => Gen
        .Select(Gen.Int[0, 2], Generated.History, Generated.History, Gen.Int)
        .SampleAsync(
            async (shape, first, second, seed) => await SurviveAsync(cluster.Dimensions.Catalog.All[shape], first, second, new Random(seed)),
            iter: 25,
            threads: 1,
            print: t => $"{cluster.Dimensions.Catalog.All[t.Item1].Name} seed {t.Item4}\n{string.Join('\n', t.Item2.AsEnumerable())}\nand\n{string.Join('\n', t.Item3.AsEnumerable())}");

    [Fact]
    public async Task A_silo_that_is_stopped_gives_back_what_it_has_not_begun_and_another_one_goes_on_while_it_is_still_stopping()
    {
        await using var shared = NewFolder();
        for (var i = 0; i < 4; i++)
        {
            shared.Land(Full, [(_key + i, Named(1, "a")), (_key + i, Named(2, "b")), (_key + i, Named(3, "c"))]);
        }

        var leaving = await shared.StartSiloAsync(Cancellation, paused: true);
        await leaving.Registry.Held.Task.WaitAsync(Patience, Cancellation);
        var before = await shared.Registry.ListAsync(Cancellation);
        Assert.All(before, file => Assert.Equal(leaving.Name, file.Owner));

        var other = await shared.StartSiloAsync(Cancellation);
        await leaving.StopAsync(Cancellation);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        Assert.Equal(before.Select(file => file.Number), ArchivedNumbers(shared));
        Assert.All(other.Reports.Finished, report => Assert.True(report.Redelivered));
        Assert.Empty(leaving.Reports.Open);
        Assert.Equal(0, leaving.OpenFiles);
    }

    [Fact]
    public async Task A_claim_made_after_its_silo_was_given_up_gets_a_new_number_and_is_read()
    {
        await using var shared = NewFolder();
        var name = shared.Land(Full, [(_key, Named(1, "a"))]);
        var late = shared.Membership.Join();
        var number = await shared.Registry.OpenAsync(late.Name, 1, Cancellation);
        shared.Membership.DeclareDead(late.Name);
        var silo = await shared.StartSiloAsync(Cancellation, paused: true);
        await silo.Registry.Held.Task.WaitAsync(Patience, Cancellation);
        Assert.Equal(1, await silo.CloseAbandonedAsync(Cancellation));

        // A rename that was under way when its silo was paused.
        var second = shared.Land(Full, [(_key, Named(2, "b"))]);
        var landing = Path.Combine(shared.Folder.Landing(Full.Name), second);
        File.Move(landing, Path.Combine(shared.Folder.Claims(Full.Name), ClaimName.Of(number, late.Name, second)));
        silo.Registry.Resume();
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        await silo.StopAsync(Cancellation);
        Assert.Equal([name, second], silo.Reports.Finished.Select(report => report.Name));
        Assert.All(silo.Reports.Finished, report => Assert.True(report.Number > number));
    }

    [Fact]
    public async Task Numbers_whose_files_went_to_a_faster_silo_are_closed_by_the_sweep_when_the_registry_did_not_answer()
    {
        await using var shared = NewFolder();
        Directory.CreateDirectory(shared.Folder.Landing(Full.Name));
        string[] vanishing = [Path.Combine(shared.Folder.Landing(Full.Name), "a.ndjson"), Path.Combine(shared.Folder.Landing(Full.Name), "b.ndjson")];
        foreach (var path in vanishing)
        {
            await File.WriteAllTextAsync(path, "{}\n", Cancellation);
        }

        // The numbers are opened, then the files are gone, then the registry does not answer.
        await using var slow = new PlayedSilo(shared);
        var calls = 0;
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        slow.Registry.Passes = () =>
        {
            Array.ForEach(vanishing, File.Delete);
            return ++calls != 2 || !failed.TrySetResult();
        };
        await slow.StartAsync(Cancellation);
        await failed.Task.WaitAsync(Patience, Cancellation);
        var name = shared.Land(Full, [(_key, Named(1, "a"))]);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        Assert.Equal(2, await slow.CloseAbandonedAsync(Cancellation));
        Assert.Empty(await shared.Registry.ListAsync(Cancellation));
        await slow.StopAsync(Cancellation);

        // The report comes after the file is archived.
        Assert.Equal([name], slow.Reports.Finished.Select(report => report.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_was_rejected_while_the_registry_did_not_answer_holds_up_nobody(bool wasClosed)
    {
        await using var shared = NewFolder();
        Directory.CreateDirectory(shared.Folder.Landing(Full.Name));
        await File.WriteAllTextAsync(Path.Combine(shared.Folder.Landing(Full.Name), "a.csv"), "no,known,column\n", Cancellation);
        await using var silo = new PlayedSilo(shared);
        var calls = 0;
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silo.Registry.Passes = () => ++calls != 2 || !failed.TrySetResult() ? true : wasClosed ? null : false;
        await silo.StartAsync(Cancellation);
        await failed.Task.WaitAsync(Patience, Cancellation);
        shared.Land(Full, [(_key, Named(1, "a"))]);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);
        await silo.StopAsync(Cancellation);

        Assert.Equal([FileState.Rejected, FileState.Queryable], silo.Reports.Finished.Select(report => report.State));
        Assert.Equal(2, Directory.GetFiles(shared.Folder.RejectedFiles(Full.Name)).Length);
        Assert.Empty(await shared.Registry.ListAsync(Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_another_silos_by_now_is_neither_archived_nor_rejected_nor_put_in_quarantine()
    {
        await using var shared = NewFolder();
        shared.Land(Full, [(_key, Named(1, "a")), ("", Named(1, "no key"))]);
        var zombie = await shared.StartSiloAsync(Cancellation, paused: true);
        await zombie.Registry.Held.Task.WaitAsync(Patience, Cancellation);
        var claimed = Directory.GetFiles(shared.Folder.Claims(Full.Name)).Single();
        Assert.True(ClaimName.TrySplit(Path.GetFileName(claimed), out var number, out _, out var name));
        var file = new ClaimedFile { Dimension = Full, Name = name, Number = number, Path = claimed, Redelivered = false, Bytes = 1, VisibleAt = DateTimeOffset.UtcNow };
        zombie.DeclareDead();
        await shared.StartSiloAsync(Cancellation);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);
        var quarantine = Directory.GetFiles(shared.Folder.Rejected(Full.Name)).Single();
        File.Delete(quarantine);

        Assert.False(await zombie.Zone.HoldsAsync(file, Cancellation));
        Assert.False(await zombie.Zone.ArchiveAsync(file, Cancellation));
        Assert.False(await zombie.Zone.RejectAsync(file, "reason", "message", Cancellation));
        zombie.Registry.Resume();
        await zombie.GivenUpAllAsync().WaitAsync(Patience, Cancellation);
        await zombie.StopAsync(Cancellation);

        Assert.Empty(Directory.GetFiles(shared.Folder.Rejected(Full.Name)));
        Assert.Empty(Directory.GetFiles(shared.Folder.RejectedFiles(Full.Name)));
        Assert.Equal([number], ArchivedNumbers(shared));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_taker_that_dies_between_two_steps_is_followed_by_another_and_the_number_stays(bool wasTakenInRegistry)
    {
        await using var shared = NewFolder();
        shared.Land(Full, [(_key, Named(1, "a")), (_key, Named(1, "b"))]);
        var first = await shared.StartSiloAsync(Cancellation, paused: true);
        await first.Registry.Held.Task.WaitAsync(Patience, Cancellation);
        var number = Assert.Single(await shared.Registry.ListAsync(Cancellation)).Number;
        first.DeclareDead();

        // Its calls of the registry fail for good, the last one possibly after it was carried out; then it is dead, too.
        await using var failing = new PlayedSilo(shared);
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        failing.Registry.Passes = () =>
        {
            tried.TrySetResult();
            return wasTakenInRegistry ? null : false;
        };
        await failing.StartAsync(Cancellation);
        await tried.Task.WaitAsync(Patience, Cancellation);
        await failing.KillAsync();
        Assert.Equal(wasTakenInRegistry ? failing.Name : first.Name, Assert.Single(await shared.Registry.ListAsync(Cancellation)).Owner);

        await shared.StartSiloAsync(Cancellation);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        Assert.Equal([number], ArchivedNumbers(shared));
        AssertRows(shared, Full, _key, [Named(1, "a"), Named(1, "b") with { Row = 1 }]);
    }

    [Fact]
    public async Task What_a_dead_silo_left_half_written_goes_and_what_living_ones_write_stays()
    {
        await using var shared = NewFolder();
        var (living, dead) = (await shared.StartSiloAsync(Cancellation), shared.Membership.Join());
        await living.Watching.WaitAsync(Patience, Cancellation);
        var place = shared.Folder.Rejected(Full.Name);
        var foreign = Path.Combine(shared.Folder.Landing(Full.Name), ".producer~x.csv.tmp");
        var written = new LandingFolders(shared.Root, living.Name, "spool").Temporary(Path.Combine(place, "1~a.csv.ndjson"));
        var left = new LandingFolders(shared.Root, dead.Name, "spool").Temporary(Path.Combine(place, "1~a.csv.ndjson"));
        foreach (var path in (string[])[foreign, written, left])
        {
            await File.WriteAllTextAsync(path, "x", Cancellation);
        }

        shared.Membership.DeclareDead(dead.Name);
        shared.Land(Full, [(_key, Named(1, "a"))]);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        Assert.Equal((true, true, false), (File.Exists(foreign), File.Exists(written), File.Exists(left)));
    }

    private SharedFolder NewFolder(bool areRefused = true)
    {
        var shared = new SharedFolder(cluster);
        cluster.Store.Files = areRefused ? shared.Registry : null;
        return shared;
    }

    private static List<long> ArchivedNumbers(SharedFolder shared, DimensionDefinition? dimension = null) =>
        [.. Directory.GetFiles(shared.Folder.Archive(dimension?.Name ?? "full"), "*", SearchOption.AllDirectories).Select(path => long.Parse(Path.GetFileName(path).Split('~')[0], provider: null)).Order()];

    private static Said Named(long sequence, string name) => new(sequence, 0, IsDelete: false, [name, null, null, null, null]);

    private static void AssertRows(SharedFolder shared, DimensionDefinition dimension, string key, IEnumerable<Said> records) => Assert.Equal(
        string.Join('\n', NaiveHistory.Of(dimension, records)),
        string.Join('\n', Merged.History(dimension, shared.Lake.Deltas.Where(delta => delta.Key == key))));
}
