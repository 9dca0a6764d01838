using System.Text.Json;
using CustomerTrack.Generator;
using CustomerTrack.Harness;
using CustomerTrack.RedisServer;

namespace CustomerTrack.EndToEnd;

/// <summary>A cluster whose Redis was lost or put back, and the real <c>rebuild</c>. Seeds are printed; <c>TEST_SEED</c> repeats one.</summary>
public sealed class ClusterRebuildTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Site _site;
    private readonly Random _random;
    private readonly GeneratedFeed _feed;
    private int _landed;

    public ClusterRebuildTests()
    {
        var seed = Seed.Next();
        TestContext.Current.SendDiagnosticMessage($"TEST_SEED={seed}");
        _random = new(seed);
        _site = new(_folder.In("data"), Harness.Definitions.Write(_folder.Path));
        _feed = GeneratedFeed.Build(Feeds.Disorderly(seed, rows: 6_000, customers: 400), _site.Dimension);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task States_of_a_Redis_that_was_emptied_or_put_back_are_made_anew_and_the_cluster_goes_on(bool isPutBack)
    {
        await using var redis = await StartAsync();
        await IngestAsync(_random.Next(1, 4));
        await redis.StopAsync();
        redis.CopyTo(_folder.In("backup"));
        await redis.StartAgainAsync(Token);
        await IngestAsync(_random.Next(1, 4));
        await (isPutBack ? RestoreAsync() : redis.WipeAsync());
        await redis.StartAgainAsync(Token);
        var refused = (await _site.RunAsync(Token, "ingest", Write(_landed))).Must(1);
        Assert.Contains("customertrack rebuild", refused.Error, StringComparison.Ordinal);

        var counts = JsonElement.Parse((await _site.RunAsync(Token, "rebuild", "--json")).Must().Out).GetProperty("dimensions")[0];

        // A healthy lake needs nothing.
        Assert.Equal(0, counts.GetProperty("written").GetInt64() + counts.GetProperty("retracted").GetInt64());
        Assert.Equal(counts.GetProperty("customers").GetInt64(), counts.GetProperty("fromRecords").GetInt64());
        await FinishAsync();

        async Task RestoreAsync()
        {
            await redis.StopAsync();
            await redis.RestoreAsync(_folder.In("backup"));
        }
    }

    [Fact]
    public async Task Killed_at_any_moment_it_is_started_again_and_nothing_runs_before_it_came_to_its_end()
    {
        await using var redis = await StartAsync();
        await IngestAsync(_random.Next(2, 5));
        await redis.WipeAsync();
        await redis.StartAgainAsync(Token);
        for (var round = 0; round < 3; round++)
        {
            await using var rebuild = _site.Start("rebuild");
            try
            {
                // It listens for a while before it begins.
                await rebuild.WaitForExitAsync(TimeSpan.FromMilliseconds(_random.Next(3_000, 14_000)), Token);
            }
            catch (TimeoutException)
            {
                // It was killed.
            }
        }

        (await _site.RunAsync(Token, "rebuild")).Must();
        await FinishAsync();
    }

    public void Dispose() => _folder.Dispose();

    private async Task<RedisProcess> StartAsync()
    {
        Assert.SkipUnless(RedisProcess.IsInstalled, RedisProcess.WhyMissing ?? "");
        var redis = await RedisProcess.StartAsync(_folder.In("redis"), cancellationToken: Token);
        _site.Environment["CUSTOMERTRACK_Cluster__Mode"] = "Cluster";
        _site.Environment["CUSTOMERTRACK_Redis__Connection"] = redis.Connection;
        return redis;
    }

    private async Task FinishAsync()
    {
        await _site.VerifyAsync(Token);
        await IngestAsync(_feed.Files.Count - _landed);
        await AnswerCheck.MustHoldAsync(_site, _feed.AnswerKey, Token);
        await _site.VerifyAsync(Token);

        // Another reader of the lake: a warehouse that starts from nothing.
        File.Delete(Path.Combine(_site.Data, "warehouse.duckdb"));
        await AnswerCheck.MustHoldAsync(_site, _feed.AnswerKey, Token);
    }

    private async Task IngestAsync(int count)
    {
        var paths = Enumerable.Range(_landed, Math.Min(count, _feed.Files.Count - _landed)).Select(Write).ToArray();
        _landed += paths.Length;
        (await _site.RunAsync(Token, ["ingest", .. paths])).Must();
    }

    private string Write(int file)
    {
        var path = Path.Combine(_folder.Path, _feed.Files[file].Name);
        File.WriteAllBytes(path, _feed.Encode(_feed.Files[file].Rows));
        return path;
    }
}
