using System.Collections.Concurrent;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using CustomerTrack.Naive;
using CustomerTrack.Records;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;

namespace CustomerTrack.Tests;

/// <summary>
/// Readers on several silos that hand batches to shards and remember what was said and what came out. What a reader that died had not
/// finished is handed over again by another, as with the files it had claimed.
/// </summary>
internal sealed class ClusterLoad(DetectCluster cluster, int customers, int seed)
{
    private const int Rows = 60;

    private readonly DimensionDefinition _dimension = cluster.Dimensions.Full;
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, List<Said>> _said = [];
    private readonly ConcurrentQueue<Delta> _deltas = new();
    private int _files;

    public int Batches => Volatile.Read(ref _files);

    /// <summary>Reads on a silo until <paramref name="stop"/>; from <paramref name="died"/> on, what is under way is <paramref name="heir"/>'s.</summary>
    public Task ReadAsync(InProcessSiloHandle silo, InProcessSiloHandle? heir, CancellationToken stop, CancellationToken died = default) =>
        ReadAsync(cluster.Grains(silo), heir, stop, died);

    public Task ReadAsync(IGrainFactory grains, CancellationToken stop) => ReadAsync(grains, null, stop, CancellationToken.None);

    private async Task ReadAsync(IGrainFactory grains, InProcessSiloHandle? heir, CancellationToken stop, CancellationToken died)
    {
        var caller = Caller(grains);
        while (!stop.IsCancellationRequested && !died.IsCancellationRequested)
        {
            var batch = Next();
            try
            {
                await HandOverAsync(caller, batch, redelivered: false, died);
            }
            catch (Exception) when (died.IsCancellationRequested)
            {
                // Whatever a silo says that has gone.
                await HandOverAsync(Caller(cluster.Grains(heir!)), batch, redelivered: true, CancellationToken.None);
            }
        }
    }

    /// <summary>Rows and states are those of the second implementation.</summary>
    public async Task AssertRightAsync()
    {
        var deltas = _deltas.ToLookup(delta => delta.Key);
        foreach (var (key, said) in _said)
        {
            var expected = NaiveHistory.Of(_dimension, said).Select(row => row.ToString()).ToList();
            Assert.Equal(expected, Merged.History(_dimension, deltas[key]).Select(row => row.ToString()));
            var shard = new ShardId(_dimension.Name, Sharding.ShardOf(key, cluster.Store.ShardCount));
            var state = (await cluster.Store.GetAsync(shard, [key]))[0] ?? [];
            Assert.Equal(expected, CustomerHistory.Rows(_dimension, key, state).Select(delta => SaidEncoding.Row(_dimension, delta).ToString()));
            Assert.All(deltas[key].GroupBy(delta => delta.Revision), same => Assert.Single(same.Select(d => (d.ValidFrom, d.ValidTo, d.State, Convert.ToHexString(d.Content.Span))).Distinct()));
        }
    }

    private static ShardCaller Caller(IGrainFactory grains) => new(grains, new HurriedTime(), NullLogger.Instance);

    private Record[] Next()
    {
        lock (_lock)
        {
            var file = ++_files;
            var rows = new List<Record>();
            for (var row = 1; row <= Rows; row++)
            {
                var key = $"customer {_random.Next(customers)}";
                var said = new Said(_random.Next(40), 0, _random.Next(100) < 20, [.. Enumerable.Range(0, 5).Select(_ => _random.Next(4) is var v and > 0 ? $"{v}" : null)], file, row);
                if (!_said.TryGetValue(key, out var before))
                {
                    _said.Add(key, before = []);
                }

                before.Add(said);
                rows.Add(SaidEncoding.Record(_dimension, said, key));
            }

            return [.. rows.OrderBy(record => Sharding.Hash(record.Key)).ThenBy(record => record.Key, StringComparer.Ordinal).ThenBy(record => record.Row)];
        }
    }

    private async Task HandOverAsync(ShardCaller caller, Record[] records, bool redelivered, CancellationToken cancellationToken)
    {
        var shards = records.GroupBy(record => Sharding.ShardOf(record.Key, cluster.Store.ShardCount));
        var results = await Task.WhenAll(shards.Select(shard => caller.CallAsync(
            new(_dimension.Name, shard.Key),
            new() { Records = shard.ToArray(), OpenFloor = 1, Redelivered = redelivered, IsBeside = true },
            default,
            cancellationToken)));
        foreach (var delta in results.SelectMany(result => result.Deltas))
        {
            _deltas.Enqueue(delta);
        }
    }
}
