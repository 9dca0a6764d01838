using CustomerTrack.Ingest;
using CustomerTrack.Records;

namespace CustomerTrack.Tests.Ingest;

public sealed class LandingZoneTests : IDisposable
{
    private readonly IngestFixture _ingest = new();

    public void Dispose() => _ingest.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_folders_are_made_at_the_start()
    {
        await _ingest.Zone().RecoverAsync(Cancel);

        Assert.True(Directory.Exists(_ingest.LandingFolder));
        Assert.True(Directory.Exists(_ingest.Folder.Archive("customer")));
        Assert.True(Directory.Exists(_ingest.Folder.Rejected("customer")));
    }

    [Fact]
    public async Task A_file_that_appears_by_a_rename_is_claimed_without_waiting()
    {
        var zone = await StartedAsync();
        var waiting = zone.ClaimAsync(10, Cancel).AsTask();
        Assert.False(waiting.IsCompleted);

        // The clock stands still, so neither the sweep nor the settle time can be what finds it.
        Drop("a.csv", "id\n");

        var file = Assert.Single(await waiting);
        Assert.Equal(("a.csv", false, 3L), (file.Name, file.Redelivered, file.Bytes));
        Assert.Equal(SequenceText.FromTicks(_ingest.Time.GetUtcNow().UtcTicks), file.Number);
        Assert.Equal(_ingest.Time.GetUtcNow(), file.VisibleAt);
        Assert.Empty(Directory.GetFiles(_ingest.LandingFolder));
        using var content = new StreamReader(zone.Open(file));
        Assert.Equal("id\n", await content.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task A_file_that_is_still_written_is_left_alone_until_it_was_still()
    {
        var zone = await StartedAsync();
        var path = Path.Combine(_ingest.LandingFolder, "foreign.csv");
        await WriteAsync(path, "id\n");
        Assert.Empty(await zone.TryClaimAsync(10, Cancel));

        _ingest.Time.Advance(TimeSpan.FromSeconds(1.9));
        await WriteAsync(path, "id\n1\n");
        Assert.Empty(await zone.TryClaimAsync(10, Cancel));

        _ingest.Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Empty(await zone.TryClaimAsync(10, Cancel));
        Assert.Equal(1, await zone.CountWaitingAsync(Cancel));

        _ingest.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(5, Assert.Single(await zone.TryClaimAsync(10, Cancel)).Bytes);
        Assert.Equal(0, await zone.CountWaitingAsync(Cancel));
    }

    [Fact]
    public async Task A_file_whose_time_comes_from_another_clock_is_watched()
    {
        var zone = await StartedAsync();
        var path = Path.Combine(_ingest.LandingFolder, "future.csv");
        await File.WriteAllTextAsync(path, "id\n", Cancel);
        File.SetLastWriteTimeUtc(path, _ingest.Time.GetUtcNow().UtcDateTime.AddHours(1));

        Assert.Empty(await zone.TryClaimAsync(10, Cancel));
        _ingest.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(await zone.TryClaimAsync(10, Cancel));
    }

    [Fact]
    public async Task The_sweep_finds_what_no_notification_told()
    {
        var zone = await StartedAsync();
        var path = Path.Combine(_ingest.LandingFolder, "foreign.csv");
        await WriteAsync(path, "id\n");

        var waiting = zone.ClaimAsync(10, Cancel).AsTask();
        while (!waiting.IsCompleted)
        {
            _ingest.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Single(await waiting);
    }

    [Theory]
    [InlineData(".hidden.csv")]
    [InlineData("a.csv.tmp")]
    [InlineData("a.csv.part")]
    [InlineData("a.csv.crdownload")]
    public async Task Unfinished_names_are_ignored(string name)
    {
        var zone = await StartedAsync();
        Old(name);

        Assert.Empty(await zone.TryClaimAsync(10, Cancel));
        Assert.Equal(0, await zone.CountWaitingAsync(Cancel));
        Assert.Empty(zone.Ignored);
    }

    [Fact]
    public async Task Only_known_formats_are_taken_and_the_others_are_named()
    {
        var zone = await StartedAsync();
        foreach (var name in (string[])["a.csv", "b.CSV.GZ", "c.ndjson", "d.jsonl.gz", "e.xlsx", "f.gz"])
        {
            Old(name);
        }

        var files = await zone.TryClaimAsync(10, Cancel);

        Assert.Equal(["a.csv", "b.CSV.GZ", "c.ndjson", "d.jsonl.gz"], files.Select(file => file.Name).Order());
        Assert.Equal(["customer/e.xlsx", "customer/f.gz"], zone.Ignored.Order());
        Assert.True(File.Exists(Path.Combine(_ingest.LandingFolder, "e.xlsx")));
    }

    [Fact]
    public async Task The_oldest_files_come_first()
    {
        var zone = await StartedAsync();
        Old("new.csv", hours: 1);
        Old("old.csv", hours: 3);
        Old("mid.csv", hours: 2);

        Assert.Equal(["old.csv", "mid.csv"], (await zone.TryClaimAsync(2, Cancel)).Select(file => file.Name));
        Assert.Equal(["new.csv"], (await zone.TryClaimAsync(2, Cancel)).Select(file => file.Name));
    }

    [Fact]
    public async Task Two_zones_on_one_folder_get_every_file_exactly_once()
    {
        const int Files = 800;
        var zones = new[] { await StartedAsync(), await StartedAsync() };
        for (var i = 0; i < Files; i++)
        {
            Old($"{i}.csv");
        }

        // Both look first and then take the same files in the same order at the same time, many times over.
        using var together = new Barrier(zones.Length);
        var claimed = await Task.WhenAll(zones.Select(zone => Task.Run(async () =>
        {
            var mine = new List<ClaimedFile>();
            do
            {
                together.SignalAndWait(TimeSpan.FromMilliseconds(100), Cancel);
                mine.AddRange(await zone.TryClaimAsync(Files / 8, Cancel));
            }
            while (await zone.CountWaitingAsync(Cancel) > 0);

            return mine;
        })));

        var all = claimed.SelectMany(files => files).ToList();
        Assert.Equal(Files, all.Count);
        Assert.Equal(Files, all.Select(file => file.Name).Distinct().Count());
        Assert.Equal(Files, all.Select(file => file.Number).Distinct().Count());
        Assert.All(all, file => Assert.True(File.Exists(file.Path)));
    }

    [Fact]
    public async Task Claims_of_a_process_that_ended_come_back_with_their_numbers()
    {
        var first = await StartedAsync();
        Old("a.csv", hours: 2);
        Old("b.csv", hours: 1);
        var claimed = await first.TryClaimAsync(10, Cancel);
        await first.DisposeAsync();

        var recovered = await _ingest.Zone().RecoverAsync(Cancel);

        Assert.Equal(claimed.Select(file => (file.Name, file.Number)), recovered.Select(file => (file.Name, file.Number)));
        Assert.All(recovered, file => Assert.True(file.Redelivered && File.Exists(file.Path)));
    }

    [Fact]
    public async Task Claims_of_a_process_that_runs_stay_with_it_and_come_over_when_it_ends()
    {
        var first = await StartedAsync();
        Old("a.csv");
        var claimed = Assert.Single(await first.TryClaimAsync(10, Cancel));
        var second = _ingest.Zone();
        Assert.Empty(await second.RecoverAsync(Cancel));
        Assert.True(File.Exists(claimed.Path));

        await first.DisposeAsync();
        Assert.Empty(await second.TryClaimAsync(10, Cancel));
        _ingest.Time.Advance(TimeSpan.FromSeconds(1));

        var taken = Assert.Single(await second.TryClaimAsync(10, Cancel));
        Assert.Equal((claimed.Number, claimed.Name, true), (taken.Number, taken.Name, taken.Redelivered));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Numbers_rise_also_when_the_clock_goes_back(bool keepsNumberFile)
    {
        var zone = await StartedAsync();
        Old("a.csv");
        var before = Assert.Single(await zone.TryClaimAsync(10, Cancel));
        await zone.ArchiveAsync(before, Cancel);
        if (!keepsNumberFile)
        {
            File.Delete(_ingest.Folder.LastNumber);
        }

        var past = _ingest.NewZone(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(_ingest.Time.GetUtcNow().AddDays(-1)));
        await using (past)
        {
            await past.RecoverAsync(Cancel);
            Old("a.csv", hours: 48);

            Assert.Equal(before.Number + 1, Assert.Single(await past.TryClaimAsync(10, Cancel)).Number);
        }
    }

    [Fact]
    public async Task Files_of_one_name_rest_beside_each_other_in_the_archive()
    {
        var zone = await StartedAsync();
        for (var i = 0; i < 2; i++)
        {
            Old("a.csv");
            var file = Assert.Single(await zone.TryClaimAsync(10, Cancel));
            await zone.ArchiveAsync(file, Cancel);
            await zone.ArchiveAsync(file, Cancel);
            Assert.True(File.Exists(_ingest.Folder.ArchivePath(file)));
        }

        Assert.Equal(2, Directory.GetFiles(_ingest.Folder.Archive("customer"), "*~a.csv", SearchOption.AllDirectories).Length);
        Assert.Empty(Directory.GetFiles(_ingest.Folder.Claims("customer")));
    }

    [Fact]
    public async Task A_rejected_file_has_a_note_and_can_be_given_back()
    {
        var zone = await StartedAsync();
        Old("a.csv.gz");
        var file = Assert.Single(await zone.TryClaimAsync(10, Cancel));

        await zone.RejectAsync(file, "corrupt_gzip", "It is cut off.", Cancel);

        var quarantine = _ingest.NewQuarantine();
        var entry = Assert.Single(await quarantine.ListAsync(null, Cancel));
        Assert.Equal(("customer", "a.csv.gz", file.Number, "corrupt_gzip", 1L, true), (entry.Dimension, entry.File, entry.Number, entry.Reason, entry.Count, entry.IsWholeFile));
        Assert.Contains("It is cut off.", await File.ReadAllTextAsync(LandingFolders.NotePath(_ingest.Folder.RejectedFilePath(file)), Cancel), StringComparison.Ordinal);

        Assert.Equal(1, (await quarantine.ReplayAsync("corrupt_gzip", "customer", Cancel)).WholeFiles);
        Assert.Empty(await quarantine.ListAsync(null, Cancel));
        Assert.Single(Directory.GetFiles(_ingest.LandingFolder, "a.replay-*.csv.gz"));
    }

    [Fact]
    public async Task A_producers_trace_context_goes_with_its_file_through_every_claim_and_leaves_nothing_behind()
    {
        const string Context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var first = await StartedAsync();
        Old("a.csv.traceparent", Context);
        Old("a.csv");
        Old("b.csv");
        var claimed = await first.TryClaimAsync(10, Cancel);
        Assert.Equal([Context, null], claimed.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => file.TraceParent));
        Assert.Empty(Directory.GetFiles(_ingest.LandingFolder));
        await first.DisposeAsync();

        // The next file of the name has a context of its own.
        Old("a.csv.traceparent", "another");
        var second = _ingest.Zone();
        var recovered = await second.RecoverAsync(Cancel);
        Assert.Equal([Context, null], recovered.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => file.TraceParent));
        foreach (var file in recovered)
        {
            Assert.True(await second.ArchiveAsync(file, Cancel));
        }

        Assert.Empty(Directory.GetFiles(_ingest.Folder.TraceParents("customer")));
        Old("a.csv");
        Assert.Equal("another", Assert.Single(await second.TryClaimAsync(10, Cancel)).TraceParent);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    public async Task A_context_that_a_claimer_left_in_landing_when_it_ended_is_taken_unless_it_is_younger_than_the_claim(int hours, bool isTaken)
    {
        var first = await StartedAsync();
        Old("a.csv");
        await first.TryClaimAsync(10, Cancel);
        await first.DisposeAsync();
        Old("a.csv.traceparent", "context", -hours);

        Assert.Equal(isTaken ? "context" : null, Assert.Single(await _ingest.Zone().RecoverAsync(Cancel)).TraceParent);
        Assert.Equal(isTaken ? 0 : 1, Directory.GetFiles(_ingest.LandingFolder).Length);
    }

    private async Task<FolderLandingZone> StartedAsync()
    {
        var zone = _ingest.Zone();
        Assert.Empty(await zone.RecoverAsync(Cancel));
        return zone;
    }

    /// <summary>Writes as our own producers do: under a hidden name, then renamed.</summary>
    private void Drop(string name, string content)
    {
        var temporary = Path.Combine(_ingest.LandingFolder, $".{name}.tmp");
        File.WriteAllText(temporary, content);
        File.Move(temporary, Path.Combine(_ingest.LandingFolder, name), overwrite: true);
    }

    /// <summary>A file that was finished long ago.</summary>
    private void Old(string name, int hours = 1) => Old(name, "id\n", hours);

    private void Old(string name, string content, int hours = 1)
    {
        var path = Path.Combine(_ingest.LandingFolder, name);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, _ingest.Time.GetUtcNow().UtcDateTime.AddHours(-hours));
    }

    /// <summary>Writes in place, at the fixture's time.</summary>
    private async Task WriteAsync(string path, string content)
    {
        await File.WriteAllTextAsync(path, content, Cancel);
        File.SetLastWriteTimeUtc(path, _ingest.Time.GetUtcNow().UtcDateTime);
    }
}
