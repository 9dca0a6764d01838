using System.Collections.Concurrent;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;
using ParquetSharp;

namespace CustomerTrack.Lake;

/// <summary>What every lake does with an object before and after it stores it: encoders that are used again, new names, and counting the rows of a file.</summary>
internal sealed class LakeEncoders(Func<int> shards, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<DimensionDefinition, ConcurrentBag<DeltaEncoder>> _idle = new();
    private readonly string _writer = Guid.NewGuid().ToString("N")[..8];
    private long _number;

    /// <summary>A name that nobody had before.</summary>
    /// <param name="folder">The dimension's folder, without a slash at its end.</param>
    public string NewName(string folder, int rows) =>
        LakeObjectName.Create(folder, time.GetUtcNow().UtcDateTime, _writer, Interlocked.Increment(ref _number), rows);

    /// <summary>Encodes the deltas and hands the bytes to <paramref name="store"/>; they are valid until it is done.</summary>
    /// <returns>How many bytes.</returns>
    public async ValueTask<long> EncodeAsync(
        DimensionDefinition dimension,
        IReadOnlyList<Delta> deltas,
        IReadOnlyDictionary<long, string> fileNames,
        Func<ReadOnlyMemory<byte>, Task> store)
    {
        ArgumentNullException.ThrowIfNull(fileNames);
        ArgumentOutOfRangeException.ThrowIfZero(deltas.Count, nameof(deltas));
        var idle = _idle.GetOrAdd(dimension, static _ => []);
        if (!idle.TryTake(out var encoder))
        {
            encoder = new(dimension, shards());
        }

        try
        {
            var bytes = encoder.Encode(deltas, fileNames);
            await store(bytes);
            return bytes.Length;
        }
        finally
        {
            idle.Add(encoder);
        }
    }

    /// <summary>The rows of a file whose name does not say them.</summary>
    /// <param name="location">Where it is from, for the message.</param>
    /// <exception cref="LakeException">It is no Parquet file.</exception>
    public static long CountRows(string path, string location)
    {
        try
        {
            using var reader = new ParquetFileReader(path);
            return reader.FileMetaData.NumRows;
        }
        catch (ParquetException failure)
        {
            throw new LakeException(location, "read", failure);
        }
    }

    public void Dispose()
    {
        foreach (var encoder in _idle.Values.SelectMany(idle => idle))
        {
            encoder.Dispose();
        }

        _idle.Clear();
    }
}
