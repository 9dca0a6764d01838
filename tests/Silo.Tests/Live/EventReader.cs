using System.Text.Json;

namespace CustomerTrack.Live;

/// <summary>Reads server-sent events, as a browser does.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage answer, StreamReader lines) => (_answer, _lines) = (answer, lines);

    /// <summary>What a browser would send as Last-Event-ID.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>How many comments there were.</summary>
    public int Comments { get; private set; }

    /// <summary>Opens the feed; its first event has come when this returns.</summary>
    public static async Task<EventReader> OpenAsync(HttpClient http, string query = "", string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/customer/changes" + query);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var events = new EventReader(answer, new(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
        Assert.Equal("open", (await events.NextAsync()).Name);
        return events;
    }

    /// <summary>The next event that says something.</summary>
    public async Task<(string Id, string Name, JsonElement Data)> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        var (name, data) = ("message", "");
        while (true)
        {
            var line = await _lines.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException("The feed ended.");
            if (line.Length == 0)
            {
                if (data.Length > 0)
                {
                    return (LastId, name, JsonElement.Parse(data));
                }

                name = "message";
            }
            else if (line[0] == ':')
            {
                Comments++;
            }
            else
            {
                var value = line[(line.IndexOf(':') + 1)..].TrimStart();
                switch (line[..line.IndexOf(':')])
                {
                    case "id":
                        LastId = value;
                        break;
                    case "event":
                        name = value;
                        break;
                    case "data":
                        data += value;
                        break;
                    default:
                        Assert.Fail($"A line that no event has: {line}");
                        break;
                }
            }
        }
    }

    /// <summary>The next event, which must be a change.</summary>
    public async Task<JsonElement> NextChangeAsync()
    {
        var (_, name, data) = await NextAsync();
        Assert.Equal("change", name);
        return data;
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _answer.Dispose();
        return ValueTask.CompletedTask;
    }
}
