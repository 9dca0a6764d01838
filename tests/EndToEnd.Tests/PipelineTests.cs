using CustomerTrack.Dimensions;
using CustomerTrack.Generator;
using CustomerTrack.Harness;

namespace CustomerTrack.EndToEnd;

/// <summary>Whatever way the same records are delivered, the same tables come out.</summary>
public sealed class PipelineTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Dictionary<string, HistoryMode> SomeUntracked = new() { ["email"] = HistoryMode.Latest, ["first_name"] = HistoryMode.Overwrite };

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FeedFormat.Csv, false)]
    [InlineData(FeedFormat.Ndjson, true)]
    public async Task A_feed_with_late_duplicated_tied_and_dirty_rows_gives_the_answer_key(FeedFormat format, bool gzip)
    {
        var site = SiteOf(Harness.Definitions.Write(_folder.Path));
        var options = Feeds.Disorderly(NextSeed());
        (options.Format, options.Gzip) = (format, gzip);
        var result = await FeedRun.RunAsync(options, site.Dimension, site.Landing, answerFolder: null, progress: null, TimeProvider.System, Token);

        await using var service = await site.ServeAsync(Token);
        await service.DrainAsync(Patience, Token);

        await MustHoldAsync(site, result.AnswerKey, result.Counts.Rows, result.Counts.Dirty);
        Assert.Equal(result.Counts.Rows, (await service.StatusAsync(Token)).GetProperty("ingested").GetProperty("rows").GetInt64());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    public async Task Rows_shuffled_over_files_of_several_formats_and_repeated_give_the_answer_key(int files)
    {
        var seed = NextSeed();
        var site = SiteOf(Harness.Definitions.Write(_folder.Path, ordinal: true, modes: SomeUntracked));
        var delivery = Delivery.Deal(new(seed), files, Feed(site, seed, FeedFormat.Csv), Feed(site, seed, FeedFormat.Ndjson));

        await using var service = await site.ServeAsync(Token);
        foreach (var (name, content) in delivery.Files)
        {
            site.Land(name, content);
        }

        await service.DrainAsync(Patience, Token);
        await MustHoldAsync(site, delivery.Answer, delivery.Rows, delivery.Dirty);
    }

    [Fact]
    public async Task Several_processes_one_after_the_other_give_the_answer_key()
    {
        var seed = NextSeed();
        var site = SiteOf(Harness.Definitions.Write(_folder.Path, ordinal: true));
        var delivery = Delivery.Deal(new(seed), 12, Feed(site, seed, FeedFormat.Csv), Feed(site, seed, FeedFormat.Ndjson));

        // Given to a command, waiting in landing for the service, given to a command that hands it to the service.
        var turn = 0;
        foreach (var part in delivery.Files.Chunk((delivery.Files.Count + 3) / 4))
        {
            switch (turn++ % 3)
            {
                case 0:
                    (await site.RunAsync(Token, ["ingest", .. Write(part)])).Must();
                    break;
                case 1:
                    foreach (var (name, content) in part)
                    {
                        site.Land(name, content);
                    }

                    await using (var service = await site.ServeAsync(Token))
                    {
                        await service.DrainAsync(Patience, Token);
                        await service.StopAsync(Token);
                    }

                    break;
                default:
                    await using (var service = await site.ServeAsync(Token))
                    {
                        (await site.RunAsync(Token, ["ingest", .. Write(part)])).Must();
                        await service.StopAsync(Token);
                    }

                    break;
            }
        }

        await MustHoldAsync(site, delivery.Answer, delivery.Rows, delivery.Dirty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    public async Task Partial_records_in_any_order_give_the_answer_key(int files)
    {
        var seed = NextSeed();
        var site = SiteOf(Harness.Definitions.Write(_folder.Path, ordinal: true, keepMissing: true, modes: SomeUntracked));
        var options = Feeds.Disorderly(seed, 10_000, 700);
        (options.Format, options.PartialShare) = (FeedFormat.Ndjson, 0.5);
        var delivery = Delivery.Deal(new(seed), files, GeneratedFeed.Build(options, site.Dimension));

        (await site.RunAsync(Token, ["ingest", .. Write(delivery.Files)])).Must();

        await MustHoldAsync(site, delivery.Answer, delivery.Rows, delivery.Dirty);
    }

    [Fact]
    public async Task A_file_delivered_again_under_another_name_emits_nothing()
    {
        var seed = NextSeed();
        var site = SiteOf(Harness.Definitions.Write(_folder.Path));
        var feed = Feed(site, seed, FeedFormat.Csv);
        await using var service = await site.ServeAsync(Token);
        foreach (var file in feed.Files)
        {
            site.Land(file.Name, feed.Encode(file.Rows));
        }

        await service.DrainAsync(Patience, Token);
        var before = site.LakeObjects;
        foreach (var file in feed.Files)
        {
            site.Land("again-" + file.Name, feed.Encode(file.Rows));
        }

        await service.DrainAsync(Patience, Token);

        Assert.Equal(before.Order(StringComparer.Ordinal), site.LakeObjects.Order(StringComparer.Ordinal));
        await MustHoldAsync(site, feed.AnswerKey, 2 * feed.AnswerKey.Counts.Rows, 2 * feed.AnswerKey.Counts.Dirty);
    }

    public void Dispose() => _folder.Dispose();

    private static GeneratedFeed Feed(Site site, int seed, FeedFormat format)
    {
        var options = Feeds.Disorderly(seed);
        options.Format = format;
        return GeneratedFeed.Build(options, site.Dimension);
    }

    private async Task MustHoldAsync(Site site, AnswerKey answer, long rows, long dirty)
    {
        output.WriteLine($"{rows} rows, {dirty} of them dirty.");
        await AnswerCheck.MustHoldAsync(site, answer, Token);
        Assert.Equal(dirty, site.Quarantine.Count);
        Assert.Empty(site.Waiting);
        Assert.Empty(site.Claimed);
        await site.VerifyAsync(Token);
    }

    private Site SiteOf(string dimensionFile) => new(_folder.In("data"), dimensionFile);

    private string[] Write(IEnumerable<(string Name, byte[] Content)> files) => [.. files.Select(file =>
    {
        var path = _folder.In(file.Name);
        File.WriteAllBytes(path, file.Content);
        return path;
    })];

    private int NextSeed()
    {
        var seed = Seed.Next();
        output.WriteLine($"TEST_SEED={seed}");
        return seed;
    }
}
