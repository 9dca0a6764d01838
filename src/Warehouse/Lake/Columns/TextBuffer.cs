using CustomerTrack.Records;
using ParquetSharp;
using ParquetSharp.Schema;

namespace CustomerTrack.Lake.Columns;

/// <summary>A text or json column: the UTF-8 of all values in one pinned block.</summary>
internal sealed class TextBuffer(string name, bool nullable, bool json) : ColumnBuffer(name, nullable)
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    private int[] _ends = [];
    private ByteArray[] _values = [];
    private int _used;
    private int _count;

    public override void Begin(int rows)
    {
        base.Begin(rows);
        _used = 0;
        _count = 0;
        if (_ends.Length < rows)
        {
            _ends = new int[rows];
            _values = new ByteArray[rows];
        }
    }

    public void Append(string text) => AppendCanonical(text);

    public override void Append(ref ContentReader reader)
    {
        var value = reader.Value;
        value.CopyTo(Room(value.Length));
        Took(value.Length);
    }

    public override void AppendCanonical(ReadOnlySpan<char> text) => Took(System.Text.Encoding.UTF8.GetBytes(text, Room(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length))));

    public override Node CreateNode()
    {
        using var type = json ? LogicalType.Json() : LogicalType.String();
        return new PrimitiveNode(Name, Repetition, type, PhysicalType.ByteArray);
    }

    public override unsafe void Write(RowGroupWriter rows)
    {
        // The block is pinned for its life, so the pointers stay good while the column is written.
        fixed (byte* start = _bytes)
        {
            var from = 0;
            for (var i = 0; i < _count; i++)
            {
                _values[i] = new((IntPtr)(start + from), _ends[i] - from);
                from = _ends[i];
            }

            Write(rows, new ReadOnlySpan<ByteArray>(_values, 0, _count));
        }
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _used < bytes)
        {
            var larger = GC.AllocateUninitializedArray<byte>(checked((int)Math.Max(Math.Min(_bytes.Length * 2L, Array.MaxLength), (long)_used + bytes)), pinned: true);
            _bytes.AsSpan(0, _used).CopyTo(larger);
            _bytes = larger;
        }

        return _bytes.AsSpan(_used);
    }

    private void Took(int bytes)
    {
        _used += bytes;
        _ends[_count++] = _used;
        Appended();
    }
}
