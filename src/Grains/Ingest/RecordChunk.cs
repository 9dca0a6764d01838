using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>
/// Some records of a file, in its order, and those that were rejected between them. Contents are slices of blocks that belong to
/// the chunk; a block's bytes are never written twice, so a record stays valid after the chunk was refilled. It pins its block
/// (64 KB), so whoever keeps a content for long copies it.
/// </summary>
public sealed class RecordChunk
{
    private const int BlockBytes = 64 * 1024;

    private byte[] _block = [];
    private int _used;

    /// <summary>The accepted records.</summary>
    public List<Record> Records { get; } = [];

    /// <summary>The rejected records.</summary>
    public List<RejectedRecord> Rejected { get; } = [];

    /// <summary>Bytes of contents and rejected texts in the chunk, what bounds its memory besides the number of rows.</summary>
    internal long Bytes { get; private set; }

    internal void Clear()
    {
        Records.Clear();
        Rejected.Clear();
        Bytes = 0;
    }

    internal ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> content)
    {
        if (_block.Length - _used < content.Length)
        {
            _block = GC.AllocateUninitializedArray<byte>(Math.Max(BlockBytes, content.Length));
            _used = 0;
        }

        content.CopyTo(_block.AsSpan(_used));
        var kept = new ReadOnlyMemory<byte>(_block, _used, content.Length);
        _used += content.Length;
        Bytes += content.Length;
        return kept;
    }

    internal void Reject(RejectedRecord rejected)
    {
        Rejected.Add(rejected);
        Bytes += (2 * rejected.RecordJson.Length) + 200;
    }
}
