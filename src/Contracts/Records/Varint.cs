namespace CustomerTrack.Records;

/// <summary>LEB128 integers, signed ones zigzag coded: small numbers take few bytes, and every number has one encoding.</summary>
public static class Varint
{
    /// <summary>The most bytes an unsigned 64-bit number takes.</summary>
    public const int MaxLength64 = 10;

    /// <summary>The most bytes a 128-bit number takes.</summary>
    public const int MaxLength128 = 19;

    /// <summary>Writes <paramref name="value"/> and returns the bytes used.</summary>
    public static int WriteUnsigned(Span<byte> target, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads a number at <paramref name="position"/> and moves it behind the number.</summary>
    /// <exception cref="InvalidDataException">The bytes end too early or the number is longer than 64 bits.</exception>
    public static ulong ReadUnsigned(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if ((uint)position >= (uint)source.Length)
            {
                break;
            }

            var next = source[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("An encoded number is cut off.");
    }

    public static int WriteSigned(Span<byte> target, long value) => WriteUnsigned(target, (ulong)((value << 1) ^ (value >> 63)));

    public static long ReadSigned(ReadOnlySpan<byte> source, ref int position)
    {
        var raw = ReadUnsigned(source, ref position);
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    public static int WriteSigned128(Span<byte> target, Int128 value)
    {
        var raw = (UInt128)((value << 1) ^ (value >> 127));
        var length = 0;
        while (raw >= 0x80)
        {
            target[length++] = (byte)(raw | 0x80);
            raw >>= 7;
        }

        target[length++] = (byte)raw;
        return length;
    }

    public static Int128 ReadSigned128(ReadOnlySpan<byte> source, ref int position)
    {
        UInt128 raw = 0;
        for (var shift = 0; shift < 128 && (uint)position < (uint)source.Length; shift += 7)
        {
            var next = source[position++];
            raw |= (UInt128)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (Int128)(raw >> 1) ^ -(Int128)(raw & 1);
            }
        }

        throw new InvalidDataException("An encoded number is cut off.");
    }
}
