using System.Runtime.CompilerServices;
using System.Text.Json;
using CustomerTrack.Cli.Output;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>A pipeline that runs elsewhere and answers in lines.</summary>
internal abstract class RemotePipelineClient : IPipelineClient
{
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

    public abstract ValueTask DisposeAsync();

    /// <summary>Starts a call.</summary>
    /// <exception cref="CommandFailedException">Whoever should answer does not.</exception>
    protected abstract Task<AnswerLines> OpenAsync<TRequest>(string call, TRequest request, CancellationToken cancellationToken);

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

    protected async Task<TReport> ReportAsync<TRequest, TReport>(string call, TRequest request, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
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
}
