using System.Text.Json;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>An answer from elsewhere, line by line.</summary>
/// <param name="owner">Ends the call when the answer is disposed.</param>
/// <param name="who">Who answers, for messages.</param>
internal sealed class AnswerLines(IDisposable? owner, Stream body, string who) : IAsyncDisposable
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
            throw new CommandFailedException($"The answer of the {who} was cut off: {e.Message}", e);
        }

        if (text is null)
        {
            throw new CommandFailedException($"The answer of the {who} was cut off.");
        }

        var line = JsonElement.Parse(text);
        return PipelineWire.FailureOf(line) is { } failure ? throw failure : line;
    }

    public async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        _reader.Dispose();
        owner?.Dispose();
    }
}
