using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace CustomerTrack.Benchmarks;

/// <summary>What a shard's batch and its result weigh between silos, and what it costs to write and read them.</summary>
internal static class WireBenchmark
{
    private const string Group = "wire";
    private const int Records = 128;
    private const int Rounds = 7;

    public static void Run(DimensionDefinition dimension, Figures figures, int repetitions)
    {
        figures.Begin($"{Group}: a batch of {Records} records for a shard, of which a fifth change something, and its result");
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var feed = new RecordFeed(dimension, new() { Silos = 1, Customers = 10_000, Rows = 0, Changes = 0.2, BatchRows = Records }, shards: 1);
        var records = feed.Some(Records)[0][0].Records;
        var deltas = new DeltaFeed(dimension, 10_000).Change(0, Records / 5);
        var batch = new ShardBatch { Records = records, OpenFloor = records[0].File, Redelivered = false, Owner = "10.0.0.3-11111-98765432" };
        var result = new ShardResult { Deltas = deltas, Counts = [new FileCounts { File = records[0].File, Counts = default }], TooLate = [] };
        figures.Add(Group, "contents", (double)records.Sum(record => record.Content.Length) / Records, "B per record");
        Measure("batch", batch);
        Measure("result", result);
        figures.Add(Group, "records_unpacked", (double)serializer.SerializeToArray<ReadOnlyMemory<Record>>(records).Length / Records, "B per record, as Orleans writes records one by one");
        figures.Add(Group, "deltas_unpacked", (double)serializer.SerializeToArray(deltas).Length / Records, "B per record, as Orleans writes deltas one by one");

        void Measure<T>(string name, T message)
        {
            var bytes = serializer.SerializeToArray(message);
            figures.Add(Group, name, (double)bytes.Length / Records, "B per record");
            figures.Add(Group, name + "_write", PerRecord(() => serializer.SerializeToArray(message)), "ns per record");
            figures.Add(Group, name + "_read", PerRecord(() => serializer.Deserialize<T>(bytes)), "ns per record");
        }

        double PerRecord(Action action) => Benchmarks.Rounds.Median(Rounds, () =>
        {
            for (var i = 0; i < repetitions; i++)
            {
                action();
            }
        }).TotalNanoseconds / repetitions / Records;
    }
}
