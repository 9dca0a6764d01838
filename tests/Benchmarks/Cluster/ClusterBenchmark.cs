using System.Collections.Concurrent;
using System.Diagnostics;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.State;
using CustomerTrack.Storage;
using CustomerTrack.RedisServer;

namespace CustomerTrack.Benchmarks;

/// <summary>
/// The same rows through one silo and through several, with as many readers. All share the processors of this machine: the ratio says what
/// going over the network costs, not what more machines gain.
/// </summary>
internal static class ClusterBenchmark
{
    private const int BatchesInFlight = 3;

    public static async Task RunAsync(ClusterOptions options, Figures figures, CancellationToken cancellationToken)
    {
        var dimension = DimensionReader.Load(Path.Combine(AppContext.BaseDirectory, "dimensions", "customer.json"));

        // Compiling must not be charged to whoever comes first.
        await MeasureAsync("warm_up", options.Silos, options with { Customers = options.Customers / 10, Rows = options.Rows / 10 }, dimension, new Figures(TextWriter.Null), cancellationToken);
        var alone = await MeasureAsync("one_silo", 1, options, dimension, figures, cancellationToken);
        var together = await MeasureAsync("cluster", options.Silos, options, dimension, figures, cancellationToken);
        const string Group = "ratio";
        figures.Begin($"{Group}: {options.Silos} silos to one");
        foreach (var (phase, rate) in together)
        {
            figures.Add(Group, phase, rate / alone[phase], "of the rate of one silo");
        }
    }

    private static async Task<Dictionary<string, double>> MeasureAsync(
        string group, int count, ClusterOptions options, DimensionDefinition dimension, Figures figures, CancellationToken cancellationToken)
    {
        figures.Begin($"{group}: {count} silos in this process, TCP between them, states in Redis");
        var folder = Directory.CreateTempSubdirectory("customertrack-benchmark-").FullName;
        var rates = new Dictionary<string, double>();
        try
        {
            await using var redis = await RedisProcess.StartAsync(folder, cancellationToken: cancellationToken);
            using var meters = new ClusterMeters();
            var silos = await BenchmarkSilo.StartAsync(count, new RedisOptions { Connection = redis.Connection }, dimension, cancellationToken);
            try
            {
                var feed = new RecordFeed(dimension, options, silos[0].ShardCount);
                await PhaseAsync("first_contact", feed.Each());
                await PhaseAsync("second_contact", feed.Each());
                await PhaseAsync("warm", feed.Some(options.Rows));

                async Task PhaseAsync(string phase, List<List<(int Shard, Record[] Records)>> batches)
                {
                    var rows = batches.Sum(batch => batch.Sum(shard => shard.Records.Length));
                    GC.Collect();
                    meters.Take();
                    var before = ResourceUse.Now();
                    var started = Stopwatch.GetTimestamp();
                    await ReadAsync(silos, options.Silos, dimension, batches, cancellationToken);
                    var rate = rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
                    var (shards, customers, bytes) = meters.Take();
                    figures.Add(group, phase, rate, "rows/s");
                    figures.Add(group, phase + "_cpu", ResourceUse.Now().Since(before).Cpu.TotalSeconds / rows * 1_000_000, "CPU s per million rows");
                    figures.Add(group, phase + "_remote_shard_calls", shards, "of shard calls");
                    figures.Add(group, phase + "_remote_customer_calls", customers, "of customer calls");
                    figures.Add(group, phase + "_wire_bytes", (double)bytes / rows, "B per record");
                    rates.Add(phase, rate);
                }
            }
            finally
            {
                foreach (var silo in Enumerable.Reverse(silos))
                {
                    await silo.DisposeAsync();
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return rates;
    }

    private static async Task ReadAsync(
        List<BenchmarkSilo> silos, int readers, DimensionDefinition dimension, List<List<(int Shard, Record[] Records)>> batches, CancellationToken cancellationToken)
    {
        var waiting = new ConcurrentQueue<List<(int Shard, Record[] Records)>>(batches);
        await Task.WhenAll(Enumerable.Range(0, readers * BatchesInFlight).Select(reader => Task.Run(
            async () =>
            {
                var grains = silos[reader % silos.Count].Grains;
                while (waiting.TryDequeue(out var batch))
                {
                    await Task.WhenAll(batch.ConvertAll(shard => grains.GetGrain<IShardGrain>(new ShardId(dimension.Name, shard.Shard).ToString()).ApplyAsync(
                        new() { Records = shard.Records, OpenFloor = shard.Records[0].File, Redelivered = false, IsBeside = true }, cancellationToken).AsTask()));
                }
            },
            cancellationToken)));
    }
}
