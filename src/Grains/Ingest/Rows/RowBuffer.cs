namespace CustomerTrack.Ingest;

/// <summary>A window over a stream that grows until one record fits, up to a limit.</summary>
internal sealed class RowBuffer(Stream source, int maxRecordBytes)
{
    private const int InitialBytes = 64 * 1024;

    // Two more than a record may have, for the line end.
    private readonly int _limit = maxRecordBytes + 2;
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(InitialBytes);
    private int _start;
    private int _end;
    private bool _begun;

    /// <summary>Everything is in the window, or was consumed.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>How many bytes the source had so far.</summary>
    public long TotalRead { get; private set; }

    /// <summary>What was read and not consumed yet. Writable, so that a row can be unescaped where it stands.</summary>
    public Span<byte> Window => _bytes.AsSpan(_start, _end - _start);

    /// <summary>The window holds more than a record may have.</summary>
    public bool IsTooLong => _end - _start > _limit;

    public void Consume(int bytes) => _start += bytes;

    /// <summary>Reads more into the window; false when nothing was left to read.</summary>
    public bool Fill()
    {
        if (AtEnd)
        {
            return false;
        }

        if (_start > 0)
        {
            Window.CopyTo(_bytes);
            _end -= _start;
            _start = 0;
        }

        if (_end == _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        // Until the buffer is full: a stream that gives little at a time must not make a long record be scanned again for every piece.
        var before = _end;
        while (_end < _bytes.Length)
        {
            var read = source.Read(_bytes, _end, _bytes.Length - _end);
            if (read == 0)
            {
                AtEnd = true;
                break;
            }

            _end += read;
            TotalRead += read;
        }

        if (!_begun)
        {
            _begun = true;
            _start = Window.StartsWith("\uFEFF"u8) ? 3 : 0;
        }

        return _end > before;
    }
}
