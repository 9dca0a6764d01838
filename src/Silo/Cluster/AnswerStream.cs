namespace CustomerTrack.Cluster;

/// <summary>The bytes that a silo answers, to be read as they come. What fails on the way is an <see cref="IOException"/>.</summary>
internal sealed class AnswerStream(IAsyncEnumerable<byte[]> chunks) : Stream
{
    private readonly CancellationTokenSource _ended = new();
    private IAsyncEnumerator<byte[]>? _chunks;
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _chunks ??= chunks.GetAsyncEnumerator(_ended.Token);
        while (_rest.IsEmpty)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await using var cancelled = cancellationToken.Register(_ended.Cancel);
                if (!await _chunks.MoveNextAsync())
                {
                    return 0;
                }

                _rest = _chunks.Current;
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                throw new IOException(failure.Message, failure);
            }
        }

        var length = Math.Min(buffer.Length, _rest.Length);
        _rest[..length].CopyTo(buffer);
        _rest = _rest[length..];
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("To be read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _ended.CancelAsync();
        if (_chunks is not null)
        {
            var ending = _chunks;
            _chunks = null;
            try
            {
                await ending.DisposeAsync();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // The silo that answered is gone, and the answer with it.
            }
        }
    }
}
