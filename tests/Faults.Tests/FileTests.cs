using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CustomerTrack.Generator;
using CustomerTrack.Harness;

namespace CustomerTrack.Faults;

/// <summary>Files that are broken, torn, enormous, or nothing but errors.</summary>
public sealed class FileTests(ITestOutputHelper output) : IDisposable
{
    private const long Gibibyte = 1L << 30;
    private const string Header = "customer_id,first_name,last_name,email,street,city,state,country,updated_at,op\n";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Corrupt_and_truncated_gzip_files_are_rejected_whole_and_the_rest_goes_on()
    {
        var site = NewSite();
        var seed = NextSeed();
        var feed = GeneratedFeed.Build(Feeds.Disorderly(seed, 12_000), site.Dimension);
        await using var service = await site.ServeAsync(Token);
        var packed = Site.Gzip(feed.Encode(Strangers(site, seed)));
        var corrupt = packed.ToArray();
        for (var i = corrupt.Length / 2; i < (corrupt.Length / 2) + 64; i++)
        {
            corrupt[i] ^= 0x5a;
        }

        foreach (var file in feed.Files)
        {
            site.Land(file.Name + ".gz", Site.Gzip(feed.Encode(file.Rows)));
            if (file == feed.Files[3])
            {
                site.Land("corrupt.csv.gz", corrupt);
                site.Land("truncated.csv.gz", packed.AsSpan(0, packed.Length * 2 / 3));
                site.Land("checksum.csv.gz", [.. packed[..^8], .. new byte[4], .. packed[^4..]]);
                site.Land("empty.csv.gz", []);
                site.Land("plain.csv.gz", Encoding.UTF8.GetBytes(Header));
            }
        }

        await service.DrainAsync(Patience, Token);

        // Nothing of the broken files got through: their rows are about people the answer key does not know.
        await AnswerCheck.MustHoldAsync(site, feed.AnswerKey, Token);
        var notes = site.RejectedNotes.Select(path => JsonElement.Parse(File.ReadAllBytes(path))).ToList();
        Assert.Equal(
            ["checksum.csv.gz", "corrupt.csv.gz", "empty.csv.gz", "plain.csv.gz", "truncated.csv.gz"],
            notes.Select(note => note.GetProperty("file").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(notes, note => Assert.Equal("corrupt_gzip", note.GetProperty("reason").GetString()));
        Assert.All(notes, note => Assert.NotEmpty(note.GetProperty("message").GetString()!));
        Assert.Equal(5, (await service.StatusAsync(Token)).GetProperty("ingested").GetProperty("rejectedFiles").GetInt64());
        await site.VerifyAsync(Token);
    }

    [Fact]
    public async Task A_million_bad_rows_are_kept_with_their_lines_beside_the_good_ones_in_little_memory()
    {
        const int Rows = 1_010_000;
        var site = NewSite();
        await using var service = await site.ServeAsync(Token);
        var path = Path.Combine(site.Landing, ".bad.csv.tmp");
        await using (var text = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20))
        {
            await text.WriteAsync(Header);
            for (var i = 1; i <= Rows; i++)
            {
                // Every hundred-and-first row is good.
                await text.WriteLineAsync(i % 101 == 0
                    ? $"K{i},Good,Row,,,,,,2024-01-01T00:00:00Z,u"
                    : $"K{i},Bad,Row,,,,,,yesterday,u");
            }
        }

        File.Move(path, Path.Combine(site.Landing, "bad.csv"));
        await service.DrainAsync(Patience, Token);

        var lines = new HashSet<long>();
        foreach (var file in Site.FilesBelow(Path.Combine(site.Data, "rejected"), "*.ndjson"))
        {
            await foreach (var line in File.ReadLinesAsync(file, Token))
            {
                var record = JsonElement.Parse(line);
                Assert.Equal("bad_sequence", record.GetProperty("reason").GetString());
                Assert.True(lines.Add(record.GetProperty("line").GetInt64()), "A line is in quarantine twice.");
            }
        }

        Assert.Equal(1_000_000, lines.Count);
        Assert.DoesNotContain(lines, line => (line - 1) % 101 == 0 || line is < 2 or > Rows + 1);
        Assert.Equal(10_000, await site.NumberAsync("SELECT count(*) FROM customer", Token));
        MustHavePeaked(service, below: 1 * Gibibyte);
    }

    [Fact]
    [Trait("Size", "Slow")]
    public async Task A_file_of_two_gigabytes_is_read_in_bounded_memory()
    {
        const int Customers = 4_000;
        const long Bytes = 2 * Gibibyte;
        var site = NewSite();
        await using var service = await site.ServeAsync(Token);
        var street = new string('x', 4_000);
        var rows = 0L;
        var path = Path.Combine(site.Landing, ".huge.csv.gz.tmp");
        await using (var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            await packed.WriteAsync(Encoding.UTF8.GetBytes(Header), Token);
            var start = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            for (var written = 0L; written < Bytes; rows++)
            {
                // Each says what the row before it about the same customer said, except once in 25 rounds.
                var round = rows / Customers;
                var line = Encoding.UTF8.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $"K{rows % Customers},First,Last,,{street},City{round / 25},,,{start.AddSeconds(rows):yyyy-MM-dd'T'HH:mm:ss'Z'},u\n"));
                await packed.WriteAsync(line, Token);
                written += line.Length;
            }
        }

        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        File.Move(path, Path.Combine(site.Landing, "huge.csv.gz"));
        await service.DrainAsync(TimeSpan.FromSeconds(90), Token);
        output.WriteLine($"{rows} rows, 2 GiB, in {System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s.");

        Assert.Equal(Customers, await site.NumberAsync("SELECT count(*) FROM customer", Token));
        Assert.Equal(Enumerable.Range(0, Customers).Sum(k => ((rows - 1 - k) / Customers / 25) + 1), await site.NumberAsync("SELECT count(*) FROM customer_history", Token));
        MustHavePeaked(service, below: 2 * Gibibyte);
    }

    [Fact]
    public async Task Two_hundred_thousand_active_customers_fit_in_bounded_memory()
    {
        const int Customers = 200_000;
        var site = NewSite();
        var options = new GeneratorOptions
        {
            Seed = NextSeed(), Customers = Customers, PresentAtStart = 1, Rows = 3 * Customers, RowsPerFile = 50_000, LateShare = 0.02,
        };
        var result = await FeedRun.RunAsync(options, site.Dimension, _folder.In("feed"), answerFolder: null, progress: null, TimeProvider.System, Token);
        await using var service = await site.ServeAsync(Token);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (var file in Directory.GetFiles(_folder.In("feed")))
        {
            File.Move(file, Path.Combine(site.Landing, Path.GetFileName(file)));
        }

        await service.DrainAsync(Patience, Token);
        output.WriteLine($"{result.Counts.Rows} rows in {System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s.");
        MustHavePeaked(service, below: 2 * Gibibyte);

        await AnswerCheck.MustHoldAsync(site, result.AnswerKey, Token);
        await site.VerifyAsync(Token);
        output.WriteLine($"After queries and verify: {service.Process.PeakResidentBytes / (1024 * 1024)} MiB.");
    }

    [Fact]
    public async Task A_foreign_writers_half_file_is_left_alone_until_it_is_still()
    {
        var site = NewSite();
        site.Environment["CUSTOMERTRACK_Ingest__SettleTime"] = "00:00:03";
        var feed = GeneratedFeed.Build(Feeds.Disorderly(NextSeed(), 4_000), site.Dimension);
        await using var service = await site.ServeAsync(Token);
        var bytes = feed.Encode(feed.Files.SelectMany(file => file.Rows));
        var path = Path.Combine(site.Landing, "foreign.csv");
        await using (var slow = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            // Torn in the middle of a row each time, and longer under way than it has to be still.
            var part = (bytes.Length / 8) + 1;
            for (var at = 0; at < bytes.Length; at += part)
            {
                await slow.WriteAsync(bytes.AsMemory(at, Math.Min(part, bytes.Length - at)), Token);
                await Task.Delay(TimeSpan.FromMilliseconds(600), Token);
                Assert.Equal(["foreign.csv"], site.Waiting);
            }
        }

        await service.DrainAsync(Patience, Token);

        await AnswerCheck.MustHoldAsync(site, feed.AnswerKey, Token);
        Assert.Equal(feed.AnswerKey.Counts.Dirty, site.Quarantine.Count);
        Assert.Equal(1, (await service.StatusAsync(Token)).GetProperty("ingested").GetProperty("files").GetInt64());
    }

    [Fact]
    public async Task A_file_taken_back_and_delivered_again_under_the_same_name_changes_nothing()
    {
        var site = NewSite();
        var feed = GeneratedFeed.Build(Feeds.Disorderly(NextSeed(), 6_000), site.Dimension);
        await using var service = await site.ServeAsync(Token);
        for (var delivery = 0; delivery < 3; delivery++)
        {
            foreach (var file in feed.Files)
            {
                site.Land(file.Name, feed.Encode(file.Rows));
            }

            await service.DrainAsync(Patience, Token);
        }

        await AnswerCheck.MustHoldAsync(site, feed.AnswerKey, Token);
        Assert.Equal(3 * feed.AnswerKey.Counts.Dirty, site.Quarantine.Count);
        await site.VerifyAsync(Token);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<GeneratedRow> Strangers(Site site, int seed) =>
        GeneratedFeed.Build(new() { Seed = seed + 1, Customers = 5_000, Rows = 5_000 }, site.Dimension).Files.SelectMany(file => file.Rows);

    private Site NewSite() => new(_folder.In("data"), Definitions.Write(_folder.Path));

    private int NextSeed()
    {
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        return seed;
    }

    private void MustHavePeaked(RunningService service, long below)
    {
        var peak = service.Process.PeakResidentBytes;
        output.WriteLine($"Peak resident: {peak / (1024 * 1024)} MiB.");
        Assert.True(peak < below, $"The process had {peak / (1024 * 1024)} MiB resident; the bound is {below / (1024 * 1024)} MiB.");
    }
}
