using System.Diagnostics;
using System.Text.Json;
using CustomerTrack.Generator;
using CustomerTrack.Harness;

namespace CustomerTrack.EndToEnd;

/// <summary>Data folders that lost something, or come from a backup, and the real <c>rebuild</c>. Seeds are printed; <c>TEST_SEED</c> repeats one.</summary>
public sealed class RebuildTests : IDisposable
{
    private const int Files = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TestFolder _folder = new();
    private readonly Site _site;
    private readonly int _seed = Seed.Next();
    private readonly Random _random;
    private readonly GeneratedFeed _feed;
    private int _landed;

    public RebuildTests()
    {
        TestContext.Current.SendDiagnosticMessage($"TEST_SEED={_seed}");
        _random = new(_seed);
        _site = new(_folder.In("data"), Harness.Definitions.Write(_folder.Path));
        _feed = GeneratedFeed.Build(Feeds.Disorderly(_seed, rows: 6_000, customers: 400), _site.Dimension);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string States => Path.Combine(_site.Data, "state");

    private string Tables => Path.Combine(_site.Data, "warehouse.duckdb");

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task What_was_lost_is_made_anew_and_late_records_find_what_they_need(bool states, bool tables)
    {
        await IngestAsync(_random.Next(2, Files - 2));
        if (states)
        {
            Directory.Delete(States, recursive: true);
            await MustBeRefusedAsync();
        }

        if (tables)
        {
            File.Delete(Tables);
        }

        var counts = await RebuildAsync();

        // A healthy lake needs nothing.
        Assert.Equal(0, Number(counts, "written") + Number(counts, "retracted"));
        Assert.Equal(Number(counts, "customers"), Number(counts, "fromRecords"));
        await FinishAsync();
    }

    [Fact]
    public async Task States_of_a_backup_that_is_older_than_the_lake_are_refused_and_brought_up_to_it()
    {
        await IngestAsync(_random.Next(1, 4));
        await CopyAsync(States, _folder.In("backup"));
        await IngestAsync(_random.Next(1, 4));
        Directory.Delete(States, recursive: true);
        await CopyAsync(_folder.In("backup"), States);
        await MustBeRefusedAsync();

        var counts = await RebuildAsync();

        Assert.Equal(0, Number(counts, "written") + Number(counts, "retracted"));
        await FinishAsync();
    }

    [Fact]
    public async Task A_lake_of_a_backup_that_lacks_what_states_gave_out_gets_it_again()
    {
        await IngestAsync(_random.Next(1, 4));
        await CopyAsync(Path.Combine(_site.Data, "lake"), _folder.In("backup"));
        await IngestAsync(_random.Next(1, 4));
        Directory.Delete(Path.Combine(_site.Data, "lake"), recursive: true);
        await CopyAsync(_folder.In("backup"), Path.Combine(_site.Data, "lake"));
        (await _site.RunAsync(Token, "verify")).Must(1);

        Assert.NotEqual(0, Number(await RebuildAsync(), "written"));

        await FinishAsync();
    }

    [Fact]
    public async Task A_copy_that_was_taken_while_the_service_ran_is_rebuilt_and_goes_on()
    {
        var copied = new Site(_folder.In("copy"), Path.Combine(_folder.Path, "customer.json"));
        await using (var service = await _site.ServeAsync(Token))
        {
            var count = _random.Next(4, Files - 2);
            var copyAt = _random.Next(1, count);
            for (var i = 0; i < count; i++)
            {
                LandNext();
                if (i == copyAt)
                {
                    await Fact.AwaitAsync(() => _site.LakeObjects.Count > 0, Patience, Token);
                }

                if (i >= copyAt && !Directory.Exists(copied.Data))
                {
                    foreach (var part in (string[])["state", "lake", "landing", "archive", "rejected"])
                    {
                        await CopyAsync(Path.Combine(_site.Data, part), Path.Combine(copied.Data, part));
                    }
                }
            }

            await service.DrainAsync(Patience, Token);
            await service.StopAsync(Token);
        }

        (await copied.RunAsync(Token, "rebuild")).Must();

        // Everything once more: what the copy has says nothing, what it lacks is applied.
        await using var goesOn = await copied.ServeAsync(Token);
        foreach (var file in _feed.Files)
        {
            copied.Land(file.Name, _feed.Encode(file.Rows));
        }

        await goesOn.DrainAsync(Patience, Token);
        await goesOn.StopAsync(Token);
        await AnswerCheck.MustHoldAsync(copied, _feed.AnswerKey, Token);
        await copied.VerifyAsync(Token);
    }

    [Fact]
    public async Task Killed_at_any_moment_a_rebuild_is_started_again_and_nothing_runs_before_it_came_to_its_end()
    {
        await IngestAsync(_random.Next(2, Files - 2));
        Directory.Delete(States, recursive: true);
        for (var round = 0; round < 6; round++)
        {
            await using var rebuild = _site.Start("rebuild");
            try
            {
                // A moment of its life, whatever it does then.
                await rebuild.WaitForExitAsync(TimeSpan.FromMilliseconds(_random.Next(200, 3_000)), Token);
            }
            catch (TimeoutException)
            {
                // It was killed.
            }

            if (File.Exists(States + ".rebuilding"))
            {
                Assert.Contains("run 'customertrack rebuild' to its end", (await _site.RunAsync(Token, "ingest", Write(0))).Must(1).Error, StringComparison.Ordinal);
            }
        }

        await RebuildAsync();
        await FinishAsync();
    }

    [Fact]
    public async Task Of_a_pruned_archive_the_tables_stay_as_they_are()
    {
        await IngestAsync(_feed.Files.Count);
        var archived = Site.FilesBelow(Path.Combine(_site.Data, "archive"), "*").ToArray();
        _random.Shuffle(archived);
        foreach (var path in archived[..(archived.Length / 2)])
        {
            File.Delete(path);
        }

        Directory.Delete(States, recursive: true);
        var counts = await RebuildAsync();
        Assert.Equal(0, Number(counts, "written") + Number(counts, "retracted"));
        Assert.NotEqual(0, Number(counts, "missingFiles"));
        await AnswerCheck.MustHoldAsync(_site, _feed.AnswerKey, Token);

        // And from the lake alone, with the same rows.
        Directory.Delete(States, recursive: true);
        counts = await RebuildAsync("--from", "lake");
        Assert.Equal(Number(counts, "customers"), Number(counts, "fromLake"));
        await AnswerCheck.MustHoldAsync(_site, _feed.AnswerKey, Token);
    }

    [Fact]
    public async Task It_is_refused_while_a_process_runs_on_the_folder()
    {
        await using var service = await _site.ServeAsync(Token);

        Assert.Contains("in use by another process", (await _site.RunAsync(Token, "rebuild")).Must(1).Error, StringComparison.Ordinal);

        await service.StopAsync(Token);
    }

    public void Dispose() => _folder.Dispose();

    private static long Number(JsonElement counts, string name) => counts.GetProperty(name).GetInt64();

    // Of a folder that changes meanwhile, as a user does it: what goes while it is copied was moved on, and cp says so. Locks of living processes are left out.
    private static async Task CopyAsync(string from, string to)
    {
        Directory.CreateDirectory(to);
        using var copying = Process.Start(new ProcessStartInfo("cp", ["-a", from + "/.", to]) { RedirectStandardError = true })!;
        var said = await copying.StandardError.ReadToEndAsync(Token);
        await copying.WaitForExitAsync(Token);
        Assert.All(said.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("No such file or directory", line, StringComparison.Ordinal));
        foreach (var owners in Directory.GetDirectories(to, ".owners", SearchOption.AllDirectories))
        {
            Directory.Delete(owners, recursive: true);
        }
    }

    private async Task MustBeRefusedAsync()
    {
        var refused = (await _site.RunAsync(Token, "ingest", Write(_landed))).Must(1);
        // States that are lost have lost their id as well.
        Assert.Matches("older than the lake, or lost|they are others, or were lost", refused.Error);
        Assert.Contains("customertrack rebuild", refused.Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement> RebuildAsync(params string[] options) =>
        JsonElement.Parse((await _site.RunAsync(Token, ["rebuild", "--json", .. options])).Must().Out).GetProperty("dimensions")[0];

    private async Task FinishAsync()
    {
        await _site.VerifyAsync(Token);
        await IngestAsync(_feed.Files.Count - _landed);
        await AnswerCheck.MustHoldAsync(_site, _feed.AnswerKey, Token);
        await _site.VerifyAsync(Token);

        // Another reader of the lake: a warehouse that starts from nothing.
        File.Delete(Tables);
        await AnswerCheck.MustHoldAsync(_site, _feed.AnswerKey, Token);
    }

    private async Task IngestAsync(int count)
    {
        var paths = Enumerable.Range(_landed, Math.Min(count, _feed.Files.Count - _landed)).Select(Write).ToArray();
        _landed += paths.Length;
        if (paths.Length > 0)
        {
            (await _site.RunAsync(Token, ["ingest", .. paths])).Must();
        }
    }

    private void LandNext()
    {
        var file = _feed.Files[_landed++];
        _site.Land(file.Name, _feed.Encode(file.Rows));
    }

    private string Write(int file)
    {
        var path = Path.Combine(_folder.Path, _feed.Files[file].Name);
        File.WriteAllBytes(path, _feed.Encode(_feed.Files[file].Rows));
        return path;
    }
}
