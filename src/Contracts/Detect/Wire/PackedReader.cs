using System.Text;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>Reads what <see cref="PackedBytes"/> wrote. Contents are slices of the message and are not copied.</summary>
internal ref struct PackedReader(byte[] bytes)
{
    private int _at;

    public readonly bool IsAtEnd => _at == bytes.Length;

    /// <exception cref="InvalidDataException">The message is cut off; so throw the others.</exception>
    public byte Flags() => _at < bytes.Length ? bytes[_at++] : throw CutOff();

    public ulong Unsigned() => Varint.ReadUnsigned(bytes, ref _at);

    public long Difference(long from) => unchecked(from + Varint.ReadSigned(bytes, ref _at));

    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    public ReadOnlyMemory<byte> Bytes()
    {
        var length = Unsigned();
        if (length > (ulong)(bytes.Length - _at))
        {
            throw CutOff();
        }

        var slice = bytes.AsMemory(_at, (int)length);
        _at += (int)length;
        return slice;
    }

    private static InvalidDataException CutOff() => new("A message of another silo is cut off.");
}
