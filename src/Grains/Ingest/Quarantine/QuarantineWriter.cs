using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using CustomerTrack.Lake;

namespace CustomerTrack.Ingest;

/// <summary>
/// Writes one file's rejected records as NDJSON. Nothing is visible before <see cref="CompleteAsync"/>, which replaces what an
/// earlier delivery of the file left, so a file that is read again gives the same quarantine.
/// </summary>
public sealed class QuarantineWriter(LandingFolders folder, ClaimedFile file) : IAsyncDisposable
{
    private const int FlushBytes = 256 * 1024;

    private readonly string _path = folder.QuarantinePath(file);
    private readonly ArrayBufferWriter<byte> _lines = new(FlushBytes * 2);
    private Utf8JsonWriter? _json;
    private FileStream? _stream;
    private string? _written;
    private bool _completed;

    /// <summary>Records written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds records; memory does not grow with their number.</summary>
    public async ValueTask AddAsync(IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellationToken = default)
    {
        foreach (var record in rejected)
        {
            Write(record);
            Count++;
            if (_lines.WrittenCount >= FlushBytes)
            {
                await FlushAsync(cancellationToken);
            }
        }
    }

    /// <summary>
    /// Makes the file durable and visible; without records there is none, and an older one goes. Safe to repeat, after a
    /// failure and after success.
    /// </summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        if (_completed)
        {
            return;
        }

        if (Count == 0)
        {
            if (File.Exists(_path))
            {
                File.Delete(_path);
                FolderSync.Flush(Path.GetDirectoryName(_path)!);
            }
        }
        else
        {
            await CloseAsync(cancellationToken);
            if (File.Exists(_written))
            {
                DurableFile.Rename(_written, _path);
            }
            else
            {
                FolderSync.Flush(Path.GetDirectoryName(_path)!);
            }
        }

        _completed = true;
    }

    /// <summary>Drops what was not completed.</summary>
    public async ValueTask DisposeAsync()
    {
        _json?.Dispose();
        if (_stream is { } stream)
        {
            _stream = null;
            _written = stream.Name;
            await stream.DisposeAsync();
        }

        if (_written is not null && !_completed)
        {
            File.Delete(_written);
        }
    }

    private async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (_written is not null)
        {
            return;
        }

        await FlushAsync(cancellationToken);
        _stream!.Flush(flushToDisk: true);
        var name = _stream.Name;
        await _stream.DisposeAsync();
        _stream = null;
        _written = name;
    }

    private void Write(RejectedRecord record)
    {
        // Each record is checked when it is made; checking raw JSON again would double the cost of a bad file.
        _json ??= new(_lines, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("dimension"u8, file.Dimension.Name);
        _json.WriteString("file"u8, file.Name);
        _json.WriteNumber("number"u8, file.Number);
        _json.WriteNumber("line"u8, record.Line);
        _json.WriteNumber("row"u8, record.Row);
        _json.WriteString("column"u8, record.Column);
        _json.WriteString("reason"u8, record.Reason);
        _json.WriteString("message"u8, record.Message);
        _json.WritePropertyName("record"u8);
        _json.WriteRawValue(record.RecordJson, skipInputValidation: true);
        _json.WriteEndObject();
        _json.Flush();
        _lines.Write("\n"u8);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_stream is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _stream = new FileStream(folder.Temporary(_path), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        }

        await _stream.WriteAsync(_lines.WrittenMemory, cancellationToken);
        _lines.ResetWrittenCount();
    }
}
