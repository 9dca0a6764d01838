using System.IO.Compression;

namespace CustomerTrack.Generator;

/// <summary>Writes rows to files that appear under their name only when they are complete.</summary>
internal sealed class FeedWriter(FeedSource source, string folder, string run) : IAsyncDisposable
{
    private const int FlushBytes = 1 << 18;

    private readonly IRowEncoder _encoder = source.CreateEncoder();
    private readonly ByteBuffer _buffer = new();
    private Stream? _stream;
    private string _name = "";

    public long Files { get; private set; }

    /// <summary>Enough is buffered to be worth a write.</summary>
    public bool WantsFlush => _buffer.Length >= FlushBytes;

    private string Temporary => Path.Combine(folder, $".{_name}.tmp");

    /// <summary>Adds a row to the open file, or to a new one.</summary>
    public void Append(in FeedRow row)
    {
        if (_stream is null)
        {
            _name = source.FileName(run, Files + 1);
            var file = new FileStream(Temporary, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false);
            _stream = source.Plan.Options.Gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
            _encoder.Begin(_buffer);
        }

        _encoder.Row(row, _buffer);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_stream is not null)
        {
            await _stream.WriteAsync(_buffer.Written, cancellationToken);
        }

        _buffer.Clear();
    }

    /// <summary>Closes the open file, if there is one, and makes it visible.</summary>
    /// <exception cref="IOException">A file of that name is there already.</exception>
    public async ValueTask CompleteFileAsync(CancellationToken cancellationToken)
    {
        if (_stream is null)
        {
            return;
        }

        await FlushAsync(cancellationToken);
        await _stream.DisposeAsync();
        _stream = null;
        var target = Path.Combine(folder, _name);
        try
        {
            File.Move(Temporary, target, overwrite: false);
        }
        catch (IOException error) when (File.Exists(target))
        {
            File.Delete(Temporary);
            throw new IOException($"'{target}' exists already: an earlier run with this seed wrote into the folder. Use another seed or an empty folder.", error);
        }

        Files++;
    }

    /// <summary>Drops a file that was not completed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
            _stream = null;
            File.Delete(Temporary);
        }
    }
}
