using System.Globalization;
using System.Text;
using System.Text.Json;
using CustomerTrack.Harness;
using CustomerTrack.RedisServer;
using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>The pages of two silos in processes of their own, in a browser: each shows all of the cluster.</summary>
public sealed class ClusterPageTests(Chromium chromium, ITestOutputHelper output) : IClassFixture<Chromium>, IAsyncLifetime
{
    private const int RowsPerFile = 50;

    // Of 500 rows a second: more than one silo takes.
    private const double Settled = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private RedisProcess? _redis;
    private ClusterSite _site = null!;
    private int _files;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Chromium.Need();
        Assert.SkipWhen(RedisProcess.WhyMissing is not null, RedisProcess.WhyMissing ?? "");
        _redis = await RedisProcess.StartAsync(_folder.In("redis"), null, Token);
        _site = new(_folder.In("data"), [Definitions.Write(_folder.Path)], silos: 2, _redis.Connection);

        // One that stands still is not declared dead while the test looks at it.
        _site.Environment["CUSTOMERTRACK_Cluster__DeathTimeout"] = "00:01:00";
        await _site.StartAsync(Token);
        await Fact.AwaitAsync(async () => (await SilosAsync()).Count == 2 && await _site.Silos[0].IsReadyAsync(Token) && await _site.Silos[1].IsReadyAsync(Token), Patience, Token, () => _site.DescribeAsync(Token));
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
    public async Task Figures_and_rates_are_of_all_silos_on_the_page_of_each_and_one_that_stands_still_is_named()
    {
        await using var one = await chromium.OpenAsync(Address(0));
        await using var other = await chromium.OpenAsync(Address(1), isDark: true, width: 390);
        await one.GoAsync("/");
        await other.GoAsync("/");
        await Assertions.Expect(one.Page.Locator("main")).ToContainTextAsync("All figures are of the whole cluster: 2 silos.");

        // Both take their part of the files, and both pages show the rate of both.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var landing = LandAsync(enough.Token);
        await Fact.AwaitAsync(
            async () => (await SilosAsync()).All(accepted => accepted.Value > 10 * RowsPerFile) && await RateAsync(one, ".flow.wide") > Settled && await RateAsync(other, ".flow.tall") > Settled, Patience, Token, () => _site.DescribeAsync(Token));
        var (seenByOne, seenByOther, silos) = (new List<double>(), new List<double>(), await SilosAsync());
        var began = TimeProvider.System.GetTimestamp();
        var landed = _files;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(6))
        {
            seenByOne.Add(await RateAsync(one, ".flow.wide"));
            seenByOther.Add(await RateAsync(other, ".flow.tall"));
            await timer.WaitForNextTickAsync(Token);
        }

        var real = (_files - landed) * RowsPerFile / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        await enough.CancelAsync();
        await landing;
        var shares = (await SilosAsync()).Select(silo => silo.Value - silos[silo.Key]).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{real:F0} rows/s landed; the pages showed {seenByOne.Average():F0} and {seenByOther.Average():F0}; the silos took {string.Join(" and ", shares)} rows."));
        Assert.InRange(seenByOne.Average(), 0.8 * real, 1.2 * real);
        Assert.InRange(seenByOther.Average(), 0.8 * real, 1.2 * real);

        // The totals are those of the status and of the tables.
        var rows = (long)_files * RowsPerFile;
        await Fact.AwaitAsync(
            async () => (await SilosAsync()).Values.Sum() == rows && (await _site.Silos[0].StatusAsync(Token)).GetProperty("waitingObjects").GetInt32() == 0, Patience, Token, () => _site.DescribeAsync(Token));
        Assert.Equal(rows, (await _site.Silos[1].StatusAsync(Token)).GetProperty("ingested").GetProperty("rows").GetInt64());
        Assert.Equal(rows, await _site.Silos[1].NumberAsync("SELECT count(*) FROM customer_history", Token));
        var text = rows.ToString("N0", CultureInfo.InvariantCulture);
        foreach (var window in new[] { one, other })
        {
            foreach (var place in new[] { "#rows", "#opened", "[data-current=customer]", "[data-history=customer]" })
            {
                await Assertions.Expect(window.Page.Locator(place)).ToHaveTextAsync(text);
            }

            Assert.Equal(2, await window.Page.Locator("section .bars").Last.Locator("tr").CountAsync());
            Assert.False(await window.ScrollsSidewaysAsync());
            Assert.Empty(window.Faults);
        }

        // Each silo's own, on the other's page.
        await one.GoAsync("/silos");
        foreach (var (name, accepted) in await SilosAsync())
        {
            await Assertions.Expect(one.Page.Locator($"section[aria-label='Silo {name}']")).ToContainTextAsync($"{accepted.ToString("N0", CultureInfo.InvariantCulture)} records since its start");
        }

        var shards = await Task.WhenAll((await SilosAsync()).Keys.Select(async name => long.Parse(await one.TextAsync($"[data-shards='{name}']"), CultureInfo.InvariantCulture)));
        Assert.Equal(64, shards.Sum());
        Assert.All(shards, count => Assert.InRange(count, 1, 63));

        var still = (await SilosAsync()).Keys.Single(name => name.Contains($"-{_site.Silos[1].Port}-", StringComparison.Ordinal));
        await one.GoAsync("/");
        _site.Silos[1].Pause();
        await Assertions.Expect(one.Page.Locator("#silent")).ToContainTextAsync(still, new() { Timeout = 30_000 });
        _site.Silos[1].Continue();
        await Assertions.Expect(one.Page.Locator("#silent")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await Assertions.Expect(one.Page.Locator("#rows")).ToHaveTextAsync(text);
        Assert.Empty(one.Faults);
    }

    // Records of new keys, so that each opens a version.
    private async Task LandAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var folder = Directory.CreateDirectory(_site.Landing("customer")).FullName;
        while (!cancellationToken.IsCancellationRequested)
        {
            var file = ++_files;
            var text = new StringBuilder("customer_id,city,updated_at\n");
            for (var i = 0; i < RowsPerFile; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"C{file}-{i},Bonn,2024-01-01T00:00:00Z\n");
            }

            await File.WriteAllTextAsync(Path.Combine(folder, $".{file}.tmp"), text.ToString(), CancellationToken.None);
            File.Move(Path.Combine(folder, $".{file}.tmp"), Path.Combine(folder, $"{file}.csv"));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    // Records accepted by the name of the silo.
    private async Task<IReadOnlyDictionary<string, long>> SilosAsync()
    {
        var silos = (await _site.Silos[0].StatusAsync(Token)).GetProperty("cluster").GetProperty("silos").EnumerateArray();
        return silos.Where(silo => silo.GetProperty("accepted").ValueKind == JsonValueKind.Number).ToDictionary(silo => silo.GetProperty("name").GetString()!, silo => silo.GetProperty("accepted").GetInt64());
    }

    // What the picture says of ingest, a second.
    private static async Task<double> RateAsync(Window window, string picture)
    {
        var parts = (await window.Page.Locator($"{picture} .hop .main").Nth(1).TextContentAsync())!.Replace("/s", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return double.Parse(parts[0], NumberStyles.Number, CultureInfo.InvariantCulture) * (parts.Length > 1 ? 1_000 : 1);
    }

    private Uri Address(int silo) => _site.Silos[silo].Http.BaseAddress!;
}
