using System.Buffers;
using System.Runtime.InteropServices;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>
/// Records of one dimension, from one file or from many small ones, sorted by shard and customer once they are complete.
/// The array is rented; it goes back only when no call can still be looking at it.
/// </summary>
internal sealed class RecordBatch(DimensionDefinition dimension, bool redelivered, int capacity)
{
    // Rows may be a megabyte each: several batches are under way at once, and each is copied on its way.
    private const long MaxBytes = 8 * 1024 * 1024;

    private Record[] _records = ArrayPool<Record>.Shared.Rent(capacity);
    private readonly List<FileProgress> _files = [];
    private readonly List<DateTimeOffset> _since = [];
    private long _bytes;

    public DimensionDefinition Dimension { get; } = dimension;

    /// <summary>Its records may have been folded before without their deltas having become durable.</summary>
    public bool Redelivered { get; } = redelivered;

    public int Count { get; private set; }

    /// <summary>How many records may still be added; none once the contents are large enough together.</summary>
    public int Room => _bytes < MaxBytes ? capacity - Count : 0;

    public IReadOnlyList<FileProgress> Files => _files;

    /// <summary>When the reading of the first of its rows began, by the index of the file.</summary>
    public DateTimeOffset GatheredSince(int file) => _since[file];

    public FileProgress FileOf(long number) => _files.Find(f => f.File.Number == number)
        ?? throw new ArgumentException($"File {number} is not in this batch.", nameof(number));

    /// <summary>Adds records of a file, and makes the file wait for this batch.</summary>
    public void Add(FileProgress file, List<Record> records)
    {
        if (_files.Count == 0 || _files[^1] != file)
        {
            file.Expect();
            _files.Add(file);
            _since.Add(file.GatheringSince);
        }

        foreach (ref readonly var record in CollectionsMarshal.AsSpan(records))
        {
            _bytes += record.Content.Length + (2 * record.Key.Length);
        }

        records.CopyTo(_records, Count);
        Count += records.Count;
    }

    /// <summary>The records by shard, those of one customer next to each other and in the order they were added.</summary>
    public List<(int Shard, ReadOnlyMemory<Record> Records)> ByShard(int shards)
    {
        var hashes = new ulong[Count];
        var order = new int[Count];
        for (var i = 0; i < Count; i++)
        {
            hashes[i] = Sharding.Hash(_records[i].Key);
            order[i] = i;
        }

        Array.Sort(hashes, order);
        SortEqualHashes(hashes, order);

        var sorted = ArrayPool<Record>.Shared.Rent(Count);
        for (var i = 0; i < order.Length; i++)
        {
            sorted[i] = _records[order[i]];
        }

        ArrayPool<Record>.Shared.Return(_records, clearArray: true);
        _records = sorted;

        var slices = new List<(int, ReadOnlyMemory<Record>)>();
        for (var start = 0; start < hashes.Length;)
        {
            var shard = Sharding.NumberOf(hashes[start], shards);
            var end = start + 1;
            while (end < hashes.Length && Sharding.NumberOf(hashes[end], shards) == shard)
            {
                end++;
            }

            slices.Add((shard, new ReadOnlyMemory<Record>(sorted, start, end - start)));
            start = end;
        }

        return slices;
    }

    /// <summary>Gives the array back.</summary>
    public void Release()
    {
        ArrayPool<Record>.Shared.Return(_records, clearArray: true);
        _records = [];
    }

    // The sort is not stable, and two keys may share a hash: equal hashes are put in order of key, then of arrival.
    private void SortEqualHashes(ulong[] hashes, int[] order)
    {
        for (var start = 0; start < hashes.Length;)
        {
            var end = start + 1;
            while (end < hashes.Length && hashes[end] == hashes[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                order.AsSpan(start, end - start).Sort((a, b) =>
                    string.CompareOrdinal(_records[a].Key, _records[b].Key) is var byKey and not 0 ? byKey : a.CompareTo(b));
            }

            start = end;
        }
    }
}
