using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace CustomerTrack.Ingest;

/// <summary>
/// Reads a gzip file to its end and proves that it is whole. <see cref="GZipStream"/> alone does not: it takes a file that was cut
/// off for its end and does not compare the checksum of what it unpacked.
/// </summary>
internal static class GzipCheck
{
    private const int TrailerBytes = 8;

    /// <summary>Checks every member and returns the length of the unpacked content.</summary>
    /// <exception cref="InvalidDataException">The file is cut off, damaged, or followed by something else.</exception>
    public static long Verify(Stream file)
    {
        var buffer = new byte[128 * 1024];
        long total = 0;
        long position = 0;
        do
        {
            file.Position = position;
            ReadHeader(file);
            var body = new Tail(file);
            var crc = new Crc32();
            long length = 0;
            using (var inflate = new DeflateStream(body, CompressionMode.Decompress, leaveOpen: true))
            {
                for (int read; (read = inflate.Read(buffer)) > 0; length += read)
                {
                    crc.Append(buffer.AsSpan(0, read));
                }
            }

            position = FindEnd(file, body, crc.GetCurrentHashAsUInt32(), (uint)length);
            total += length;
        }
        while (position < file.Length);

        return total;
    }

    /// <summary>
    /// The decompressor reads ahead, so where the member's data ends is only known to lie in the last piece it took:
    /// the member is whole if its checksum and length stand there, before the end, padding or another member.
    /// </summary>
    private static long FindEnd(Stream file, Tail body, uint crc, uint length)
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], length);

        var piece = new byte[(int)Math.Min(body.LastEnd - body.LastStart + TrailerBytes + 2, file.Length - body.LastStart)];
        file.Position = body.LastStart;
        file.ReadExactly(piece);
        for (var at = 0; piece.AsSpan(at).IndexOf(trailer) is >= 0 and var found; at += found + 1)
        {
            var end = body.LastStart + at + found + TrailerBytes;
            if (end == file.Length || piece.AsSpan((int)(end - body.LastStart)).StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            {
                return end;
            }

            if (OnlyZeros(file, end))
            {
                return file.Length;
            }
        }

        throw new InvalidDataException("The file is cut off or damaged: the checksum of its content is not at its end.");
    }

    private static bool OnlyZeros(Stream file, long position)
    {
        file.Position = position;
        var buffer = new byte[4096];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            if (buffer.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    private static void ReadHeader(Stream file)
    {
        Span<byte> header = stackalloc byte[10];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || header[0] != 0x1F || header[1] != 0x8B || header[2] != 8)
        {
            throw new InvalidDataException("The file does not begin as a gzip file does, or is cut off there.");
        }

        var flags = header[3];
        if ((flags & 4) != 0)
        {
            file.Position += Next(file) | (Next(file) << 8);
        }

        foreach (var flag in (ReadOnlySpan<int>)[8, 16])
        {
            while ((flags & flag) != 0 && Next(file) != 0)
            {
            }
        }

        if ((flags & 2) != 0)
        {
            file.Position += 2;
        }
    }

    private static int Next(Stream file) =>
        file.ReadByte() is >= 0 and var next ? next : throw new InvalidDataException("The file is cut off in its gzip header.");

    /// <summary>The rest of a file, remembering which piece was read last.</summary>
    private sealed class Tail(Stream file) : Stream
    {
        public long LastStart { get; private set; } = file.Position;

        public long LastEnd { get; private set; } = file.Position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(buffer);
            LastStart = LastEnd;
            LastEnd += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
