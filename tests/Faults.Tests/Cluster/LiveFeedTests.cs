using System.Diagnostics;
using System.Globalization;
using CustomerTrack.Harness;
using CustomerTrack.RedisServer;

namespace CustomerTrack.Faults;

/// <summary>Changes as they happen in a cluster: whichever silo detects them, on every silo.</summary>
public sealed class LiveFeedTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private RedisProcess? _redis;
    private ClusterSite _site = null!;
    private int _landed;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RedisProcess.WhyMissing is not null, RedisProcess.WhyMissing ?? "");
        _redis = await RedisProcess.StartAsync(_folder.In("redis"), null, Token);
        _site = new(_folder.In("data"), [Definitions.Write(_folder.Path)], silos: 3, _redis.Connection);
        _site.Environment["CUSTOMERTRACK_Cluster__DeathTimeout"] = "00:00:03";
        await _site.StartAsync(Token);
        await ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _site.DisposeAsync();
            await _redis.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Changes_are_on_the_feed_of_every_silo_once_and_a_silo_that_is_killed_leaves_a_gap_that_is_told_and_holds_up_nothing()
    {
        var killed = _site.Silos[2];
        await using var one = await FeedWatcher.OpenAsync(_site.Silos[0], Token);
        await using var other = await FeedWatcher.OpenAsync(_site.Silos[1], Token);
        await using (var lost = await FeedWatcher.OpenAsync(killed, Token))
        {
            // Until each silo has taken its part of the files.
            while ((await AcceptedAsync()).Any(accepted => accepted == 0))
            {
                await LandAndSeeAsync(one, other, lost);
            }
        }

        Assert.Empty(one.Gaps);
        await killed.KillAsync();
        var since = Stopwatch.GetTimestamp();
        var first = _landed;
        await Fact.AwaitAsync(
            () =>
            {
                Land();
                return !one.Gaps.IsEmpty && !other.Gaps.IsEmpty;
            },
            Patience,
            Token,
            () => _site.DescribeAsync(Token));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The gap was told {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s after the silo was killed."));
        Assert.All([.. one.Gaps, .. other.Gaps], why => Assert.Contains("ended without notice", why, StringComparison.Ordinal));

        // What the survivors detected meanwhile is there; what the dead one had begun may be missing.
        var before = _landed;
        await LandAndSeeAsync(one, other);
        killed.Start();
        await killed.UpAsync(Token);
        await ReadyAsync();
        await using var again = await FeedWatcher.OpenAsync(killed, Token);
        while ((await AcceptedAsync())[2] == 0)
        {
            await LandAndSeeAsync(one, other, again);
        }

        await Fact.AwaitAsync(
            async () => (await _site.Silos[0].StatusAsync(Token)) is var status && status.GetProperty("waitingObjects").GetInt32() == 0 && _site.Unfinished.Count == 0, Patience, Token, () => _site.DescribeAsync(Token));
        var versions = await _site.Silos[0].QueryAsync("SELECT customer_id || ' ' || city FROM customer_history", Token);
        Assert.Equal(_landed, versions.Count);
        foreach (var watcher in new[] { one, other })
        {
            Assert.Equal(watcher.Seen.Count, watcher.Seen.Distinct().Count());
            var missing = versions.Except(watcher.Seen).Select(version => int.Parse(version.Split(' ')[2], CultureInfo.InvariantCulture)).ToList();
            output.WriteLine($"{missing.Count} of {versions.Count} changes were not on the feed.");

            // The gap is as small as it can be: nothing from before, nothing from after.
            Assert.All(missing, number => Assert.InRange(number, first - 5, before));
            Assert.Single(watcher.Gaps);
        }
    }

    private void Land()
    {
        var number = ++_landed;
        var name = string.Create(CultureInfo.InvariantCulture, $"{number:00000}.csv");
        var folder = Directory.CreateDirectory(_site.Landing("customer")).FullName;
        File.WriteAllText(Path.Combine(folder, $".{name}.tmp"), string.Create(CultureInfo.InvariantCulture, $"customer_id,city,updated_at\nC{number % 20},city {number},{DateTime.UnixEpoch.AddSeconds(number):O}\n"));
        File.Move(Path.Combine(folder, $".{name}.tmp"), Path.Combine(folder, name));
    }

    /// <summary>Some files; each watcher must see all of them, soon.</summary>
    private async Task LandAndSeeAsync(params FeedWatcher[] watchers)
    {
        var first = _landed + 1;
        for (var i = 0; i < 10; i++)
        {
            Land();
        }

        var since = Stopwatch.GetTimestamp();
        var all = Enumerable.Range(first, 10).Select(number => string.Create(CultureInfo.InvariantCulture, $"C{number % 20} city {number}")).ToList();
        await Fact.AwaitAsync(
            () => watchers.All(watcher => all.Except(watcher.Seen).FirstOrDefault() is null),
            TimeSpan.FromSeconds(10),
            Token,
            async () => $"Seen: {string.Join("; ", watchers.Select(watcher => string.Join(", ", watcher.Seen.TakeLast(12))))}\n{await _site.DescribeAsync(Token)}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Ten changes were seen {Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms after they landed."));
    }

    private Task ReadyAsync() => Fact.AwaitAsync(
        async () => (await Task.WhenAll(_site.Silos.Select(silo => silo.IsReadyAsync(Token)))).All(isReady => isReady)
            && (await AcceptedAsync()).Count == _site.Silos.Count,
        Patience,
        Token,
        () => _site.DescribeAsync(Token));

    // Of each silo's present process, in their order.
    private async Task<IReadOnlyList<long>> AcceptedAsync()
    {
        var status = await _site.Silos[0].StatusAsync(Token);
        var rows = status.GetProperty("cluster").GetProperty("silos").EnumerateArray().Where(silo => silo.GetProperty("answers").GetBoolean())
            .ToDictionary(silo => silo.GetProperty("name").GetString()!, silo => silo.GetProperty("accepted").GetInt64());
        return [.. _site.Silos.Select(silo => silo.Name(status)).OfType<string>().Where(rows.ContainsKey).Select(name => rows[name])];
    }
}
