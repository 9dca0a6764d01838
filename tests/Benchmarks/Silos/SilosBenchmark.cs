using System.Diagnostics;
using System.Globalization;
using CustomerTrack.Harness;
using CustomerTrack.RedisServer;

namespace CustomerTrack.Benchmarks;

/// <summary>
/// The same landing files through a cluster of one silo and through one of several, until every row is in the tables. All share the processors of
/// this machine: the ratio says what working together costs, not what more machines gain.
/// </summary>
internal static class SilosBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(SilosOptions options, Figures figures, CancellationToken cancellationToken)
    {
        var alone = await MeasureAsync("one_silo", options, 1, figures, cancellationToken);
        var together = await MeasureAsync("cluster", options, options.Silos, figures, cancellationToken);
        const string Group = "ratio";
        figures.Begin($"{Group}: {options.Silos} silos to one");
        foreach (var (phase, rate) in together)
        {
            figures.Add(Group, phase, rate / alone[phase], "of the rate of one silo");
        }
    }

    private static async Task<Dictionary<string, double>> MeasureAsync(string group, SilosOptions options, int silos, Figures figures, CancellationToken cancellationToken)
    {
        figures.Begin($"{group}: {silos} silos, each a process, states in Redis, one data folder");
        var folder = Directory.CreateTempSubdirectory("customertrack-benchmark-").FullName;
        var rates = new Dictionary<string, double>();
        try
        {
            await using var redis = await RedisProcess.StartAsync(Path.Combine(folder, "redis"), cancellationToken: cancellationToken);
            await using var site = new ClusterSite(
                Path.Combine(folder, "data"), [Path.Combine(AppContext.BaseDirectory, "dimensions", "customer.json")], silos, redis.Connection);
            await site.StartAsync(cancellationToken);
            var landing = new LandingFeed(site.Data, "customer");

            // Customers of their own for the compiler, which must not be charged to whoever comes first.
            var warmUp = Math.Max(options.Customers / 10, 1);
            var feed = new CustomerFeed(options.Customers + warmUp, options.Changes, NoOpKind.Restated, seed: 1);
            foreach (var (name, write) in new (string, Action<string, int>)[] { ("a", feed.WriteNew), ("b", feed.WriteEach), ("c", feed.WriteKnown) })
            {
                Prepare($"warm-up-{name}", warmUp, write);
                await ThroughAsync();
            }

            await PhaseAsync("first_contact", options.Customers, feed.WriteNew);
            if (options.Rows > 0)
            {
                await PhaseAsync("second_contact", options.Customers, feed.WriteEach);
                await PhaseAsync("warm", options.Rows, feed.WriteKnown);
            }

            foreach (var silo in site.Silos)
            {
                figures.Add(group, string.Create(CultureInfo.InvariantCulture, $"peak_resident_{silo.Number}"), silo.PeakResidentBytes / 1048576d, "MiB");
            }

            var versions = await site.Silos[0].NumberAsync("SELECT count(*) FROM customer_history", cancellationToken);
            if (versions != feed.Versions)
            {
                throw new InvalidOperationException($"The history has {versions} versions, and {feed.Versions} were fed.\n{await site.DescribeAsync(cancellationToken)}");
            }

            await site.Silos[0].VerifyAsync(cancellationToken);
            await Task.WhenAll(site.Silos.Select(silo => silo.StopAsync(StopPatience, cancellationToken)));

            void Prepare(string name, int rows, Action<string, int> write)
            {
                for (var (left, file) = (rows, 1); left > 0; left -= options.RowsPerFile, file++)
                {
                    var count = Math.Min(left, options.RowsPerFile);
                    landing.Prepare(string.Create(CultureInfo.InvariantCulture, $"{name}-{file:D5}.csv"), path => write(path, count));
                }
            }

            async Task ThroughAsync()
            {
                while (landing.Waiting > 0)
                {
                    landing.Land();
                }

                await Fact.AwaitAsync(
                    async () => await site.Silos[0].StatusAsync(cancellationToken) is var status
                        && new[] { "waitingFiles", "openFiles", "waitingObjects" }.All(count => status.GetProperty(count).GetInt32() == 0),
                    Patience,
                    cancellationToken,
                    () => site.DescribeAsync(cancellationToken));
            }

            async Task PhaseAsync(string phase, int rows, Action<string, int> write)
            {
                Prepare(phase, rows, write);
                var before = await SilosCounts.TakeAsync(site, cancellationToken);
                var started = Stopwatch.GetTimestamp();
                await ThroughAsync();
                var rate = rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
                var spent = (await SilosCounts.TakeAsync(site, cancellationToken)).Since(before);
                figures.Add(group, phase, rate, "rows/s, durable and in the tables");
                figures.Add(group, phase + "_cpu", spent.Cpu.TotalSeconds / rows * 1_000_000, "CPU s per million rows, silos only");
                figures.Add(group, phase + "_remote_shard_calls", spent.RemoteShardShare, "of shard calls");
                figures.Add(group, phase + "_remote_customer_calls", spent.RemoteCustomerShare, "of customer calls");
                figures.Add(group, phase + "_wire_bytes", spent.WireBytes / rows, "B between silos per record");
                rates.Add(phase, rate);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return rates;
    }
}
