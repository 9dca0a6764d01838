using CustomerTrack.Detect;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Benchmarks;

/// <summary>Makes batches of records as reading files would, grouped by shard.</summary>
internal sealed class RecordFeed(DimensionDefinition dimension, ClusterOptions options, int shards)
{
    private const long Start = 1_600_000_000_000_000;

    private readonly CustomerContent _content = new(dimension);
    private readonly int[] _versions = new int[options.Customers];
    private readonly Random _random = new(1);
    private long _clock = Start;
    private long _file;
    private double _due;

    /// <summary>Every customer once.</summary>
    public List<List<(int Shard, Record[] Records)>> Each() =>
        [.. Enumerable.Range(0, options.Customers).Chunk(options.BatchRows).Select(customers => Batch(customers))];

    /// <summary>Customers chosen by chance, of which some changed and the others say the same at a newer time.</summary>
    public List<List<(int Shard, Record[] Records)>> Some(int rows) =>
        [.. Enumerable.Range(0, rows).Chunk(options.BatchRows).Select(part => Batch([.. part.Select(_ => Next())]))];

    private int Next()
    {
        var customer = _random.Next(options.Customers);
        _due += options.Changes;
        if (_due >= 1)
        {
            _due--;
            _versions[customer]++;
        }

        return customer;
    }

    private List<(int Shard, Record[] Records)> Batch(int[] customers)
    {
        var file = Start + (++_file * 1_000_000);
        var records = customers.Select((customer, i) => new Record
        {
            Key = DeltaFeed.Key(customer),
            Sequence = ++_clock,
            Ordinal = Record.NoOrdinal,
            Content = _content.Of(customer, _versions[customer]),
            File = file,
            Row = i + 1,
        });
        return [.. records.GroupBy(record => Sharding.ShardOf(record.Key, shards))
            .Select(shard => (shard.Key, shard.GroupBy(record => record.Key, StringComparer.Ordinal).SelectMany(customer => customer).ToArray()))];
    }
}
