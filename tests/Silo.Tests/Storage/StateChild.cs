using System.Globalization;
using System.Text;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Storage;

/// <summary>Opens a state folder and holds it, or writes to it from many shards and prints what was acknowledged, until it is killed.</summary>
internal static class StateChild
{
    public const string Argument = "--state-child";
    public const string Dimension = "customer";

    public static async Task<int> RunAsync(string[] args)
    {
        using var store = RocksDbStateStore.Open(args[1], new(), NullLogger<RocksDbStateStore>.Instance);
        if (args[0] == "hold")
        {
            Console.WriteLine("open");
            Console.ReadLine();
            return 0;
        }

        using var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, 16).Select(number => WriteForeverAsync(store, new(Dimension, number), output)));
        return 1;
    }

    public static byte[] StateOf(string key) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(key + ".", 30)));

    private static async Task WriteForeverAsync(RocksDbStateStore store, ShardId shard, TextWriter output)
    {
        var epoch = await store.AcquireAsync(shard, CancellationToken.None);
        for (var i = 0; ; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{epoch}-{i}");
            var writes = Enumerable.Range(0, 10).Select(part => new StateWrite($"{key}-{part}", StateOf(key))).ToArray();
            await store.WriteAsync(shard, epoch, writes, CancellationToken.None);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{shard.Number} {key}"));
        }
    }
}
