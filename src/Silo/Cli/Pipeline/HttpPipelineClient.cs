using System.Net.Http.Headers;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Running;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>A pipeline that runs in another process of this machine.</summary>
internal sealed class HttpPipelineClient : RemotePipelineClient
{
    private readonly HttpClient _http;
    private readonly ProcessAddress _address;

    public HttpPipelineClient(ProcessAddress address)
    {
        _address = address;

        // A proxy for the internet must not get to see the token.
        _http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { BaseAddress = address.Url, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", address.Token);
    }

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override async Task<AnswerLines> OpenAsync<TRequest>(string call, TRequest request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, $"{PipelineWire.Prefix}/{call}") { Content = JsonContent.Create(request, new MediaTypeHeaderValue("application/json"), ResultJson.Options) };
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new CommandFailedException($"The {_address}, which works on the data folder, does not answer: {e.Message}", e);
        }

        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                throw new CommandFailedException($"The {_address}, which works on the data folder, answered '{call}' with {(int)response.StatusCode} {response.ReasonPhrase}.");
            }
        }

        return new(response, await response.Content.ReadAsStreamAsync(cancellationToken), _address.ToString());
    }
}
