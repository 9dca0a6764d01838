using System.IO.Hashing;
using System.Text;
using CustomerTrack.State;

namespace CustomerTrack.Detect;

/// <summary>
/// Which silo each shard of a dimension belongs to: rendezvous hashing, with no silo getting more than its share rounded up. Every silo
/// works out the same from the same silos; when one comes or goes few shards move that need not.
/// </summary>
internal static class ShardAssignment
{
    /// <param name="silos">In the order of <see cref="Sort"/>, at least one.</param>
    /// <returns>The silo of each shard number.</returns>
    public static SiloAddress[] Assign(string dimension, int shards, ReadOnlySpan<SiloAddress> silos)
    {
        var names = new ulong[silos.Length];
        for (var silo = 0; silo < silos.Length; silo++)
        {
            names[silo] = NameOf(silos[silo]);
        }

        // The pairs that want each other most come first, and a silo that has its share takes no more.
        var scores = new ulong[shards * silos.Length];
        var pairs = new int[scores.Length];
        for (var shard = 0; shard < shards; shard++)
        {
            var hash = Sharding.Hash(new ShardId(dimension, shard).ToString());
            for (var silo = 0; silo < silos.Length; silo++)
            {
                var pair = (shard * silos.Length) + silo;
                pairs[pair] = pair;
                scores[pair] = ~Mix(hash ^ names[silo]);
            }
        }

        Array.Sort(scores, pairs);
        var places = new SiloAddress[shards];
        var taken = new int[silos.Length];
        var share = (shards + silos.Length - 1) / silos.Length;
        foreach (var pair in pairs)
        {
            var (shard, silo) = Math.DivRem(pair, silos.Length);
            if (places[shard] is null && taken[silo] < share)
            {
                places[shard] = silos[silo];
                taken[silo]++;
            }
        }

        return places;
    }

    /// <summary>Puts silos in the order that all silos of a cluster agree on.</summary>
    public static SiloAddress[] Sort(IEnumerable<SiloAddress> silos) => [.. silos.Order()];

    // Without the generation: a silo that comes back at its address gets its shards back.
    private static ulong NameOf(SiloAddress silo) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(silo.Endpoint.ToString()));

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
