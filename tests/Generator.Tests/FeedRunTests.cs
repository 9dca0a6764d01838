using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace CustomerTrack.Generator;

public sealed class FeedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _other = new();

    [Theory]
    [InlineData(FeedFormat.Csv, false)]
    [InlineData(FeedFormat.Csv, true)]
    [InlineData(FeedFormat.Ndjson, false)]
    public async Task The_same_seed_writes_the_same_bytes_and_another_seed_others(FeedFormat format, bool gzip)
    {
        GeneratorOptions Options(int seed) => new() { Seed = seed, Customers = 200, Rows = 3_000, RowsPerFile = 700, Format = format, Gzip = gzip };
        using var third = new TemporaryFolder();

        await RunAsync(Options(5), _folder);
        await RunAsync(Options(5), _other);
        await RunAsync(Options(6), third);

        Assert.Equal(_folder.Contents(), _other.Contents());
        Assert.Empty(_folder.Contents().Values.Intersect(third.Contents().Values));
    }

    [Fact]
    public async Task The_files_are_those_of_the_feed_in_memory()
    {
        var options = new GeneratorOptions { Customers = 100, Rows = 2_000, RowsPerFile = 300 };
        await RunAsync(options, _folder);
        var feed = GeneratedFeed.Build(options, Dimensions.Customer());

        Assert.Equal(
            feed.Files.Select(file => (file.Name, Convert.ToHexString(feed.Encode(file.Rows)))),
            Directory.EnumerateFiles(_folder.Landing).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), Convert.ToHexString(File.ReadAllBytes(file)))));
    }

    [Fact]
    public async Task Gzip_holds_the_same_rows()
    {
        await RunAsync(new() { Customers = 50, Rows = 500, RowsPerFile = 100 }, _folder);
        await RunAsync(new() { Customers = 50, Rows = 500, RowsPerFile = 100, Gzip = true }, _other);

        await using var plain = File.OpenRead(Directory.EnumerateFiles(_folder.Landing).Order(StringComparer.Ordinal).First());
        await using var packed = new GZipStream(File.OpenRead(Directory.EnumerateFiles(_other.Landing).Order(StringComparer.Ordinal).First()), CompressionMode.Decompress);
        Assert.Equal(await new StreamReader(plain).ReadToEndAsync(Token), await new StreamReader(packed).ReadToEndAsync(Token));
    }

    [Fact]
    public async Task A_file_is_visible_only_when_it_is_complete()
    {
        ConcurrentDictionary<string, int> firstSeen = new();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Directory.CreateDirectory(_folder.Landing);
        var watch = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    foreach (var file in Directory.EnumerateFiles(_folder.Landing, "customer_*"))
                    {
                        firstSeen.TryAdd(file, File.ReadAllBytes(file).Length);
                    }
                }
            },
            Token);

        await RunAsync(new() { Customers = 5_000, Rows = 200_000, RowsPerFile = 20_000 }, _folder);
        await done.CancelAsync();
        await watch;

        Assert.NotEmpty(firstSeen);
        Assert.All(firstSeen, seen => Assert.Equal(new FileInfo(seen.Key).Length, seen.Value));
        Assert.All(Directory.EnumerateFiles(_folder.Landing), file => Assert.StartsWith("customer_s1_", Path.GetFileName(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unfinished_file_has_a_hidden_name_and_leaves_nothing_behind()
    {
        var source = new FeedSource(FeedPlan.For(new(), Dimensions.Customer(), TimeProvider.System), TimeProvider.System);
        Assert.True(source.Feed.StartFile());
        await using (var writer = new FeedWriter(source, _folder.Path, "x"))
        {
            Assert.True(source.Feed.TryRead(out var row));
            writer.Append(row);
            await writer.FlushAsync(Token);
            Assert.Equal([".customer_x_00000001.csv.tmp"], _folder.Contents().Keys);

            await writer.CompleteFileAsync(Token);
            Assert.Equal(["customer_x_00000001.csv"], _folder.Contents().Keys);

            writer.Append(row);
        }

        Assert.Equal(["customer_x_00000001.csv"], _folder.Contents().Keys);
    }

    [Fact]
    public async Task A_second_run_into_the_same_folder_says_why_it_cannot()
    {
        var options = new GeneratorOptions { Customers = 10, Rows = 100 };
        await RunAsync(options, _folder);
        var before = _folder.Contents();

        var error = await Assert.ThrowsAsync<IOException>(() => RunAsync(options, _folder));

        Assert.Contains("customer_s1_00000001.csv", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public async Task A_live_feed_that_is_cancelled_delivers_what_it_held_back()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var options = new GeneratorOptions { Customers = 50, Rows = 0, RowsPerFile = 50, StartTime = null, LateShare = 0.3, MaxLateFiles = 20, TieShare = 0.2 };
        var progress = new OnProgress(value =>
        {
            if (value.Rows >= 1_000)
            {
                stop.Cancel();
            }
        });
        var started = DateTimeOffset.UtcNow;

        var result = await FeedRun.RunAsync(options, Dimensions.Customer(), _folder.Landing, _folder.Answer, progress, TimeProvider.System, stop.Token);

        var records = Directory.EnumerateFiles(_folder.Landing).Order(StringComparer.Ordinal)
            .SelectMany(file => ReadRecord.ReadAll(File.ReadAllBytes(file), options.Format, Dimensions.Customer()).Records)
            .ToList();
        Assert.True(result.Counts.Late > 0);
        Assert.Equal(result.Counts.Rows - result.Counts.Dirty, records.Count);
        Assert.Equal(NaiveHistory.Of(records, Dimensions.Customer()), NaiveHistory.Of(result.AnswerKey.History()));
        Assert.All(records, record => Assert.InRange(record.At, started.AddMilliseconds(-1), DateTimeOffset.UtcNow.AddMilliseconds(1)));
    }

    [Fact]
    public async Task A_rate_and_an_interval_decide_how_much_a_file_holds_and_how_long_it_takes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var options = new GeneratorOptions { Customers = 50, Rows = 1_000, Rate = 200, Interval = TimeSpan.FromSeconds(1), LateShare = 0, TieShare = 0 };

        var run = FeedRun.RunAsync(options, Dimensions.Customer(), _folder.Landing, null, null, time, Token);
        while (!run.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        var result = await run;
        Assert.True(result.Elapsed >= TimeSpan.FromSeconds(5), $"1,000 rows at 200 a second took {result.Elapsed}.");
        Assert.Equal(5, result.Counts.Files);
        Assert.All(Directory.EnumerateFiles(_folder.Landing), file => Assert.Equal(201, File.ReadAllLines(file).Length));
    }

    [Fact]
    public async Task The_written_answer_key_is_sorted_and_says_what_to_expect()
    {
        var result = await RunAsync(new() { Customers = 300, Rows = 5_000, DirtyShare = 0.05 }, _folder);

        var (current, _) = ReadTable("customer.csv");
        var (history, names) = ReadTable("customer_history.csv");
        Assert.Equal(["customer_id", .. Dimensions.AllColumns, "valid_from", "valid_to"], names);
        Assert.Equal(history.OrderBy(SortKey, StringComparer.Ordinal), history);
        Assert.Equal(result.AnswerKey.History().Count(), history.Count);
        Assert.Equal(history.Where(line => line.EndsWith('\u001f')).Select(line => line[..^1]), current);
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(_folder.Answer, "expected.json"), Token));
        Assert.Equal(5_000, expected.RootElement.GetProperty("rows").GetInt64());
        Assert.Equal(result.Counts.Dirty, expected.RootElement.GetProperty("dirty_by_kind").EnumerateObject().Sum(kind => kind.Value.GetInt64()));
        Assert.Equal(history.Count, expected.RootElement.GetProperty("versions").GetInt64());

        static string SortKey(string line) => line.Split('\u001f') is var fields ? fields[0] + fields[^2] : "";

        (List<string> Lines, string[] Names) ReadTable(string name)
        {
            using var reader = Sylvan.Data.Csv.CsvDataReader.Create(Path.Combine(_folder.Answer, name), new() { Delimiter = ',' });
            List<string> lines = [];
            while (reader.Read())
            {
                lines.Add(string.Join('\u001f', Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)));
            }

            return (lines, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)]);
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<FeedResult> RunAsync(GeneratorOptions options, TemporaryFolder folder) =>
        FeedRun.RunAsync(options, Dimensions.Customer(), folder.Landing, folder.Answer, null, TimeProvider.System, Token);
}
