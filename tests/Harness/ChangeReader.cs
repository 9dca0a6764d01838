using System.Text.Json;

namespace CustomerTrack.Harness;

/// <summary>Reads the live changes of a service, as far as tests need them.</summary>
public sealed class ChangeReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private ChangeReader(HttpResponseMessage answer, StreamReader lines) => (_answer, _lines) = (answer, lines);

    /// <summary>The id of the last event.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>Opens the feed of <c>customer</c>; what changes after this returns is on it.</summary>
    public static async Task<ChangeReader> OpenAsync(HttpClient http, string? lastId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/customer/changes");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var answer = (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)).EnsureSuccessStatusCode();
        var reader = new ChangeReader(answer, new(await answer.Content.ReadAsStreamAsync(cancellationToken)));
        var (first, _) = await reader.NextAsync(cancellationToken);
        return first == "open" ? reader : throw new InvalidDataException($"The first event of the feed is '{first}'.");
    }

    /// <summary>The next event.</summary>
    /// <exception cref="EndOfStreamException">There is none any more.</exception>
    public async Task<(string Name, JsonElement Data)> NextAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var name = "";
        while (true)
        {
            var line = await _lines.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException("The feed ended.");
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                LastId = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return (name, JsonElement.Parse(line[6..]));
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _answer.Dispose();
        return ValueTask.CompletedTask;
    }
}
