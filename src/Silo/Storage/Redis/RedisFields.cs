using CustomerTrack.State;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>Customers' keys as fields of a hash: UTF-8, so that the order of their bytes is the order of their code points.</summary>
internal static class RedisFields
{
    public static RedisValue[] Of(IReadOnlyList<string> keys)
    {
        var fields = new RedisValue[keys.Count];
        var bytes = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            bytes += StateKeys.Length(keys[i]);
        }

        // One buffer for all of them.
        var buffer = new byte[bytes];
        var at = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Next(buffer, ref at, keys[i]);
        }

        return fields;
    }

    /// <summary>Puts keys and states in turn into <paramref name="arguments"/>, from <paramref name="start"/> on; returns their bytes.</summary>
    public static long Put(IReadOnlyList<StateWrite> writes, RedisValue[] arguments, int start)
    {
        var bytes = 0;
        for (var i = 0; i < writes.Count; i++)
        {
            bytes += StateKeys.Length(writes[i].Key);
        }

        long all = bytes;
        var buffer = new byte[bytes];
        var at = 0;
        for (var i = 0; i < writes.Count; i++)
        {
            arguments[start++] = Next(buffer, ref at, writes[i].Key);
            arguments[start++] = writes[i].State;
            all += writes[i].State.Length;
        }

        return all;
    }

    private static RedisValue Next(byte[] buffer, ref int at, string key)
    {
        var from = at;
        at += StateKeys.Write(key, buffer.AsSpan(at));
        return new ReadOnlyMemory<byte>(buffer, from, at - from);
    }
}
