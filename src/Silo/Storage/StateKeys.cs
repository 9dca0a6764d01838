using System.Buffers.Binary;
using System.Text;
using CustomerTrack.State;

namespace CustomerTrack.Storage;

/// <summary>
/// The binary keys of the store: a tag, then what it names. A dimension's name is preceded by its length, so that no
/// dimension's keys are a prefix of another's; a shard is two bytes, most significant first; a customer's key is UTF-8, so
/// a shard's customers lie together in the order of their code points.
/// </summary>
internal static class StateKeys
{
    public static readonly byte[] Format = [MetaTag, (byte)'f'];
    public static readonly byte[] Shards = [MetaTag, (byte)'s'];

    private const byte MetaTag = 0;
    private const byte EpochTag = 1;
    private const byte CustomerTag = 2;
    private const byte FileTag = 3;

    /// <summary>What the keys of all customers start with.</summary>
    public static readonly byte[] AllCustomers = [CustomerTag];

    // A lone surrogate must not become U+FFFD: two customers would share a key.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static byte[] Epoch(ShardId shard) => Of(EpochTag, shard);

    /// <summary>What the keys of all customers of a shard, and no others, start with.</summary>
    public static byte[] Customers(ShardId shard) => Of(CustomerTag, shard);

    public static byte[] Customer(byte[] prefix, string key)
    {
        var bytes = new byte[prefix.Length + Length(key)];
        prefix.CopyTo(bytes, 0);
        Utf8.GetBytes(key, bytes.AsSpan(prefix.Length));
        return bytes;
    }

    /// <summary>The bytes of a customer's key.</summary>
    /// <exception cref="ArgumentException">It is not valid Unicode.</exception>
    public static int Length(string key)
    {
        try
        {
            return Utf8.GetByteCount(key);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"A customer's key is not valid Unicode: half a surrogate pair at position {e.Index}.", nameof(key), e);
        }
    }

    /// <summary>Writes a customer's key and returns its bytes.</summary>
    public static int Write(string key, Span<byte> bytes) => Utf8.GetBytes(key, bytes);

    public static string CustomerKey(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> key) => Utf8.GetString(key[prefix.Length..]);

    public static byte[] File(long number)
    {
        var bytes = new byte[9];
        bytes[0] = FileTag;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), number);
        return bytes;
    }

    public static byte[] Text(string text) => Utf8.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Utf8.GetString(bytes);

    public static byte[] Number(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    public static long Number(byte[] bytes) => bytes.Length == 8
        ? BinaryPrimitives.ReadInt64BigEndian(bytes)
        : throw new InvalidDataException($"A stored number has {bytes.Length} bytes instead of 8.");

    private static byte[] Of(byte tag, ShardId shard)
    {
        var name = Utf8.GetBytes(shard.Dimension);
        if (name.Length is 0 or > byte.MaxValue)
        {
            throw new ArgumentException($"The dimension's name '{shard.Dimension}' takes {name.Length} bytes; 1 to {byte.MaxValue} are possible.", nameof(shard));
        }

        var bytes = new byte[name.Length + 4];
        bytes[0] = tag;
        bytes[1] = (byte)name.Length;
        name.CopyTo(bytes, 2);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(name.Length + 2), checked((ushort)shard.Number));
        return bytes;
    }
}
