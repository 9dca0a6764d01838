using CustomerTrack.RedisServer;
using CustomerTrack.State;
using CustomerTrack.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Benchmarks;

/// <summary>
/// The embedded state store and the one of a cluster, turn by turn on the same machine and disk: both sync before they answer. Shards write in turn, as those of
/// one reader do, or many at once.
/// </summary>
internal static class StateStoreBenchmark
{
    private const string Group = "state";
    private const int Batch = 1000;
    private const int StateBytes = 400;
    private const int Shards = 8;
    private const int Rounds = 5;

    public static async Task RunAsync(string folder, Figures figures, int batches, CancellationToken cancellationToken)
    {
        figures.Begin($"{Group}: batches of {Batch:N0} states of {StateBytes} B, synced");
        using var rocks = RocksDbStateStore.Open(Path.Combine(folder, "rocksdb"), new(), NullLogger<RocksDbStateStore>.Instance);
        if (RedisProcess.WhyMissing is { } missing)
        {
            Console.WriteLine($"  {missing}");
            return;
        }

        await using var server = await RedisProcess.StartAsync(Path.Combine(folder, "redis"), cancellationToken: cancellationToken);
        await using var states = await RedisStates.OpenAsync(
            new() { Connection = server.Connection, Timeout = TimeSpan.FromMinutes(1) }, "benchmark", shards: null, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        (string Name, ICustomerStateStore Store)[] stores = [("rocksdb", rocks), ("redis", states.Store)];
        var epochs = new Dictionary<string, long[]>();
        foreach (var (name, store) in stores)
        {
            epochs[name] = await Task.WhenAll(Enumerable.Range(0, Shards).Select(number => store.AcquireAsync(new("customer", number), cancellationToken).AsTask()));

            // All customers are there, and the code is warm.
            await WriteAllAsync(name, store, together: true);
        }

        await MeasureAsync("writes_in_turn", (name, store) => WriteAllAsync(name, store, together: false));
        await MeasureAsync("writes_together", (name, store) => WriteAllAsync(name, store, together: true));
        await MeasureAsync("reads_in_turn", async (_, store) =>
        {
            for (var i = 0; i < batches * Shards; i++)
            {
                await store.GetAsync(new("customer", i % Shards), Keys(i / Shards), cancellationToken);
            }
        });
        await MeasureAsync("reads_of_one_in_turn", async (_, store) =>
        {
            for (var i = 0; i < batches * 50; i++)
            {
                await store.GetAsync(new("customer", i % Shards), [Key(0, i % Batch)], cancellationToken);
            }
        }, batches * 50);

        async Task MeasureAsync(string what, Func<string, ICustomerStateStore, Task> run, int? rows = null)
        {
            var times = stores.ToDictionary(store => store.Name, _ => new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var (name, store) in stores)
                {
                    var time = await Benchmarks.Rounds.MedianAsync(1, () => Task.CompletedTask, () => run(name, store));
                    times[name].Add(time.TotalSeconds);
                }
            }

            foreach (var (name, _) in stores)
            {
                times[name].Sort();
                figures.Add(Group, $"{what}_{name}", (rows ?? (batches * Shards * Batch)) / times[name][Rounds / 2], "states/s");
            }

            figures.Add(Group, $"{what}_redis_of_rocksdb", figures.Get(Group, $"{what}_redis") / figures.Get(Group, $"{what}_rocksdb"), "x");
        }

        async Task WriteAllAsync(string name, ICustomerStateStore store, bool together)
        {
            if (together)
            {
                await Task.WhenAll(Enumerable.Range(0, Shards).Select(shard => Task.Run(() => WriteAsync(shard), cancellationToken)));
                return;
            }

            for (var shard = 0; shard < Shards; shard++)
            {
                await WriteAsync(shard);
            }

            async Task WriteAsync(int shard)
            {
                for (var batch = 0; batch < batches; batch++)
                {
                    await store.WriteAsync(new("customer", shard), epochs[name][shard], States(batch), WriteSource.Alone, cancellationToken);
                }
            }
        }
    }

    private static StateWrite[] States(int batch)
    {
        var random = new Random(batch);
        var writes = new StateWrite[Batch];
        for (var i = 0; i < Batch; i++)
        {
            // Half random, half zeros: states compress about so.
            var state = new byte[StateBytes];
            random.NextBytes(state.AsSpan(0, StateBytes / 2));
            writes[i] = new(Key(batch, i), state);
        }

        return writes;
    }

    private static string[] Keys(int batch) => [.. Enumerable.Range(0, Batch).Select(i => Key(batch, i))];

    private static string Key(int batch, int i) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"C{(batch * Batch) + i:D10}");
}
