using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Running;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>A pipeline that runs in another process of this machine.</summary>
internal sealed class HttpPipelineClient : IPipelineClient
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

    public Task<Result> QueryAsync(string sql, CancellationToken cancellationToken) => RowsAsync("query", new QueryRequest { Sql = sql }, cancellationToken);

    public Task<Result> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken) => RowsAsync("history", request, cancellationToken);

    public Task<VerifyReport> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) =>
        ReportAsync<VerifyRequest, VerifyReport>("verify", request, null, cancellationToken);

    public Task<Result> StatusAsync(CancellationToken cancellationToken) => RowsAsync("status", new ReasonRequest(), cancellationToken);

    public Task<Result> RejectsAsync(string? reason, CancellationToken cancellationToken) => RowsAsync("rejects", new ReasonRequest { Reason = reason }, cancellationToken);

    public Task<ReplayReport> ReplayRejectsAsync(string? reason, CancellationToken cancellationToken) =>
        ReportAsync<ReasonRequest, ReplayReport>("replay", new() { Reason = reason }, null, cancellationToken);

    public Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress> progress, CancellationToken cancellationToken) =>
        ReportAsync<IngestRequest, IngestReport>("ingest", request, progress, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Result> RowsAsync<TRequest>(string call, TRequest request, CancellationToken cancellationToken)
    {
        var answer = await OpenAsync(call, request, cancellationToken);
        try
        {
            var head = await answer.ReadAsync(cancellationToken);
            var columns = head.GetProperty(PipelineWire.Columns).EnumerateArray().Select(name => name.GetString()!).ToArray();
            return new(columns, ReadRowsAsync(answer, default), answer);
        }
        catch
        {
            await answer.DisposeAsync();
            throw;
        }
    }

    private static async IAsyncEnumerable<IReadOnlyList<Cell>> ReadRowsAsync(AnswerLines answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await answer.ReadAsync(cancellationToken);
            if (line.ValueKind != JsonValueKind.Array)
            {
                yield break;
            }

            var row = new Cell[line.GetArrayLength()];
            var i = 0;
            foreach (var value in line.EnumerateArray())
            {
                row[i++] = PipelineWire.CellOf(value);
            }

            yield return row;
        }
    }

    private async Task<TReport> ReportAsync<TRequest, TReport>(string call, TRequest request, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        await using var answer = await OpenAsync(call, request, cancellationToken);
        while (true)
        {
            var line = await answer.ReadAsync(cancellationToken);
            if (line.TryGetProperty(PipelineWire.Report, out var report))
            {
                return report.Deserialize<TReport>(ResultJson.Options)!;
            }

            progress?.Report(line.GetProperty(PipelineWire.Progress).Deserialize<IngestProgress>(ResultJson.Options));
        }
    }

    private async Task<AnswerLines> OpenAsync<TRequest>(string call, TRequest request, CancellationToken cancellationToken)
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

        return new(response, await response.Content.ReadAsStreamAsync(cancellationToken), _address);
    }
}
