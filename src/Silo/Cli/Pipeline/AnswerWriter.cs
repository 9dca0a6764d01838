using System.IO.Pipelines;
using System.Text.Json;
using CustomerTrack.Cli.Output;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>Writes an answer's lines.</summary>
internal sealed class AnswerWriter(PipeWriter target) : IDisposable
{
    private const int FlushBytes = 64 * 1024;

    private readonly Utf8JsonWriter _json = new(target, ResultJson.Writer);

    public void Columns(IReadOnlyList<string> names)
    {
        _json.WriteStartObject();
        _json.WriteStartArray(PipelineWire.Columns);
        foreach (var name in names)
        {
            _json.WriteStringValue(name);
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        EndLine();
    }

    public void Row(IReadOnlyList<Cell> row)
    {
        _json.WriteStartArray();
        for (var i = 0; i < row.Count; i++)
        {
            JsonFormat.Write(_json, row[i]);
        }

        _json.WriteEndArray();
        EndLine();
    }

    public void End(long rows) => Line(PipelineWire.Rows, rows);

    public void Progress(IngestProgress progress) => Line(PipelineWire.Progress, progress);

    public void Report<T>(T report) => Line(PipelineWire.Report, report);

    public void Error(string message, int code)
    {
        // Whatever the failure interrupted is not finished.
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString(PipelineWire.Error, message);
        _json.WriteNumber(PipelineWire.Code, code);
        _json.WriteEndObject();
        EndLine();
    }

    public async ValueTask FlushIfFullAsync(CancellationToken cancellationToken)
    {
        if (target.UnflushedBytes >= FlushBytes)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await target.FlushAsync(cancellationToken);

    public void Dispose() => _json.Dispose();

    private void Line<T>(string name, T value)
    {
        _json.WriteStartObject();
        _json.WritePropertyName(name);
        JsonSerializer.Serialize(_json, value, ResultJson.Options);
        _json.WriteEndObject();
        EndLine();
    }

    private void EndLine()
    {
        _json.Flush();
        _json.Reset();
        "\n"u8.CopyTo(target.GetSpan(1));
        target.Advance(1);
    }
}
