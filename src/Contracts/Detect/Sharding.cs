using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace CustomerTrack.Detect;

/// <summary>Spreads keys over shards. The hash and the mapping are part of the data: they never change.</summary>
public static class Sharding
{
    /// <summary>XxHash64 of the key's UTF-8.</summary>
    public static ulong Hash(string key)
    {
        var max = Encoding.UTF8.GetMaxByteCount(key.Length);
        byte[]? rented = null;
        Span<byte> bytes = max <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(max);
        var hash = XxHash64.HashToUInt64(bytes[..Encoding.UTF8.GetBytes(key, bytes)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <summary>The shard of a hash: ranges of hashes, so that records sorted by hash are sorted by shard.</summary>
    public static int NumberOf(ulong hash, int shards) => (int)Math.BigMul(hash, (ulong)shards, out _);

    public static int ShardOf(string key, int shards) => NumberOf(Hash(key), shards);
}
