using System.Diagnostics;
using System.Globalization;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Storage;

/// <summary>Measures the store: <c>dotnet run -c Release --project tests/Silo.Tests -- --state-benchmark FOLDER</c>.</summary>
internal static class StateBenchmark
{
    public const string Argument = "--state-benchmark";
    private const int Shards = 64;
    private const int RowsPerWrite = 100;
    private const int WritesPerShard = 60;

    public static async Task<int> RunAsync(string[] args)
    {
        using var store = RocksDbStateStore.Open(args[0], new(), NullLogger<RocksDbStateStore>.Instance);
        var epochs = await Task.WhenAll(Enumerable.Range(0, Shards).Select(number => store.AcquireAsync(new("customer", number), CancellationToken.None).AsTask()));
        foreach (var round in (string[])["new keys", "overwrite", "overwrite"])
        {
            var startedAt = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Shards).Select(number => Task.Run(() => WriteAsync(store, new("customer", number), epochs[number]))));
            Report($"synced writes of 400 B ({round})", Shards * WritesPerShard * RowsPerWrite, startedAt);
        }

        foreach (var count in (int[])[1, 10, 16, 100, 1000])
        {
            var random = new Random(count);
            var slowest = TimeSpan.Zero;
            var calls = 200_000 / count;
            var startedAt = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++)
            {
                var keys = new string[count];
                for (var i = 0; i < count; i++)
                {
                    keys[i] = Key(random.Next(WritesPerShard * RowsPerWrite));
                }

                var callAt = Stopwatch.GetTimestamp();
                await store.GetAsync(new("customer", random.Next(Shards)), keys, CancellationToken.None);
                slowest = Stopwatch.GetElapsedTime(callAt) is var took && took > slowest ? took : slowest;
            }

            Report($"gets, {count} a call, slowest call {slowest.TotalMilliseconds:F1} ms", calls * count, startedAt);
        }

        var scanAt = Stopwatch.GetTimestamp();
        var rows = 0;
        for (var number = 0; number < Shards; number++)
        {
            await foreach (var _ in store.ScanAsync(new("customer", number), CancellationToken.None))
            {
                rows++;
            }
        }

        Report("rows scanned", rows, scanAt);
        return 0;
    }

    private static async Task WriteAsync(RocksDbStateStore store, ShardId shard, long epoch)
    {
        var random = new Random(shard.Number);
        for (var i = 0; i < WritesPerShard; i++)
        {
            var writes = new StateWrite[RowsPerWrite];
            for (var row = 0; row < RowsPerWrite; row++)
            {
                // Half random, half zeros: states compress about so.
                var state = new byte[400];
                random.NextBytes(state.AsSpan(0, 200));
                writes[row] = new(Key(((i * RowsPerWrite) + row) * 7919 % (WritesPerShard * RowsPerWrite)), state);
            }

            await store.WriteAsync(shard, epoch, writes, CancellationToken.None);
        }
    }

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"C{number:D10}");

    private static void Report(string what, int count, long startedAt)
    {
        var seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {count:N0} in {seconds:F2} s, {count / seconds:N0}/s"));
    }
}
