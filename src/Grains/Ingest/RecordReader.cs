using System.IO.Compression;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>
/// Reads a claimed file once, in chunks: every row is split, typed and canonicalised, or rejected with its place and reason.
/// Memory is bounded by the chunk and the longest allowed record, whatever the file's size.
/// </summary>
public sealed class RecordReader : IDisposable
{
    // Besides the number of rows: a chunk of rows of a megabyte each must not fill the memory.
    private const long MaxChunkBytes = 4 * 1024 * 1024;

    private readonly DimensionDefinition _dimension;
    private readonly TimeProvider _time;
    private readonly Stream _landed;
    private readonly Stream _stream;
    private readonly RowBuffer _buffer;
    private readonly RowSource _source;
    private readonly RecordBuilder _builder;
    private readonly long? _unpackedBytes;

    private RecordReader(ClaimedFile file, Stream landed, Stream stream, long? unpackedBytes, string format, IngestOptions options, TimeProvider time)
    {
        _dimension = file.Dimension;
        _time = time;
        _landed = landed;
        _stream = stream;
        _unpackedBytes = unpackedBytes;
        var inputs = new RowInputs(file.Dimension);
        _builder = new(file.Dimension, inputs, file.Number, FileSequence(file));
        _buffer = new(stream, options.MaxRecordBytes);
        if (format == ".csv")
        {
            var rows = new CsvRows(_buffer, options.MaxRecordBytes, inputs);
            CheckHeader(rows, inputs);
            _source = rows;
        }
        else
        {
            _source = new NdjsonRows(_buffer, options.MaxRecordBytes, inputs);
        }
    }

    /// <summary>Rows read so far, good and bad.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes of the landed file, compressed or not, that were read so far.</summary>
    public long BytesRead => _landed.Position;

    /// <summary>Columns the definition does not know, with the number of rows that had them; of more than 64 the first 64.</summary>
    public IReadOnlyDictionary<string, long> UnknownColumns => _source.UnknownColumns;

    /// <summary>Opens a file; a compressed one is read to its end first, so that nothing of a damaged file is applied.</summary>
    /// <exception cref="UnreadableFileException">The file has to be rejected as a whole.</exception>
    public static RecordReader Open(ClaimedFile file, ILandingZone zone, IngestOptions options, TimeProvider time) =>
        Open(file, () => zone.Open(file), options, time);

    /// <summary>As the other, for a file that is no claim any more.</summary>
    /// <param name="open">The file's bytes as they landed; a stream that can seek.</param>
    /// <exception cref="UnreadableFileException">The file has to be left out as a whole.</exception>
    public static RecordReader Open(ClaimedFile file, Func<Stream> open, IngestOptions options, TimeProvider time)
    {
        if (FileFormat.Of(file.Name) is not { } format)
        {
            throw new UnreadableFileException(RejectReason.UnknownFormat, $"The name ends in none of {string.Join(", ", FileFormat.Extensions)}.");
        }

        var landed = open();
        var stream = landed;
        try
        {
            long? unpacked = null;
            if (FileFormat.IsCompressed(file.Name))
            {
                unpacked = Verify(stream);
                stream.Position = 0;
                stream = new GZipStream(stream, CompressionMode.Decompress);
            }

            return new(file, landed, stream, unpacked, format, options, time);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Refills the chunk with the next rows, up to <paramref name="maxRows"/>; false, with an empty chunk, at the end.</summary>
    public bool Read(RecordChunk chunk, int maxRows)
    {
        chunk.Clear();
        if (_dimension.Sequence is { Type.Kind: ColumnKind.Timestamp, Source: not SequenceSource.Arrival })
        {
            _builder.LatestSequence = SequenceText.FromTicks((_time.GetUtcNow() + _dimension.MaxFutureSkew).UtcTicks);
        }

        var read = 0;
        for (; read < maxRows && chunk.Bytes < MaxChunkBytes && _source.Read(); read++)
        {
            Rows++;
            var rejection = _source.Fault ?? _builder.Add(_source, Rows, chunk);
            if (rejection is { } why)
            {
                chunk.Reject(new()
                {
                    Line = _source.Line,
                    Row = Rows,
                    Reason = why.Reason,
                    Column = why.Column,
                    Message = why.Message,
                    RecordJson = _source.ToJson(),
                });
            }
        }

        if (read == 0 && _unpackedBytes is { } expected && expected != _buffer.TotalRead)
        {
            throw new InvalidDataException($"The file has {expected} bytes unpacked, but only {_buffer.TotalRead} were read; it changed while it was read.");
        }

        return read > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static long Verify(Stream stream)
    {
        try
        {
            return GzipCheck.Verify(stream);
        }
        catch (InvalidDataException damaged)
        {
            throw new UnreadableFileException(RejectReason.CorruptGzip, damaged.Message);
        }
    }

    private static long? FileSequence(ClaimedFile file)
    {
        var sequence = file.Dimension.Sequence;
        switch (sequence.Source)
        {
            case SequenceSource.Arrival:
                return file.Number;
            case SequenceSource.FileName:
                if (!FileNamePattern.TryParse(sequence.FileNamePattern!, out var pattern) || !pattern.TryRead(file.Name, out var number))
                {
                    throw new UnreadableFileException(RejectReason.BadFileName, $"The sequence stands in the file's name, which does not match '{sequence.FileNamePattern}'.");
                }

                return number;
            default:
                return null;
        }
    }

    private static void CheckHeader(CsvRows rows, RowInputs inputs)
    {
        foreach (var input in inputs.Key)
        {
            Require(rows, inputs, input, RejectReason.MissingKeyColumn, "key");
        }

        if (inputs.Sequence is { } sequence)
        {
            Require(rows, inputs, sequence, RejectReason.MissingSequenceColumn, "sequence");
        }
    }

    private static void Require(CsvRows rows, RowInputs inputs, int input, string reason, string role)
    {
        if (!rows.Has(input))
        {
            throw new UnreadableFileException(reason, $"The header has no {role} column '{inputs.Names[input]}'; it has: {string.Join(", ", rows.Header.Take(100))}.");
        }
    }
}
