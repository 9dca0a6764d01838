using System.Text.Json;
using CustomerTrack.Cli.Running;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>An answer of the running process, line by line.</summary>
internal sealed class AnswerLines(HttpResponseMessage response, Stream body, ProcessAddress address) : IAsyncDisposable
{
    private readonly StreamReader _reader = new(body);

    /// <summary>The next line.</summary>
    /// <exception cref="CommandFailedException">The call failed, or the answer ends although its last line was not seen.</exception>
    /// <exception cref="UsageException">The call was refused.</exception>
    public async Task<JsonElement> ReadAsync(CancellationToken cancellationToken)
    {
        string? text;
        try
        {
            text = await _reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CommandFailedException($"The answer of the {address} was cut off: {e.Message}", e);
        }

        if (text is null)
        {
            throw new CommandFailedException($"The answer of the {address} was cut off.");
        }

        var line = JsonElement.Parse(text);
        return PipelineWire.FailureOf(line) is { } failure ? throw failure : line;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
