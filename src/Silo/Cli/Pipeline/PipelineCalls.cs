using System.IO.Pipelines;
using System.Text.Json;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cluster;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>What a pipeline answers to those who reach it from elsewhere, by the call's name.</summary>
internal static partial class PipelineCalls
{
    public static Dictionary<string, PipelineCall> Of(IPipelineClient pipeline) => new(StringComparer.Ordinal)
    {
        ["query"] = Call<QueryRequest>((request, answer, cancellationToken) => RowsAsync(pipeline.QueryAsync(request.Sql, cancellationToken), answer, cancellationToken)),
        ["history"] = Call<HistoryRequest>((request, answer, cancellationToken) => RowsAsync(pipeline.HistoryAsync(request, cancellationToken), answer, cancellationToken)),
        ["status"] = Call<ReasonRequest>((_, answer, cancellationToken) => RowsAsync(pipeline.StatusAsync(cancellationToken), answer, cancellationToken)),
        ["rejects"] = Call<ReasonRequest>((request, answer, cancellationToken) => RowsAsync(pipeline.RejectsAsync(request.Reason, cancellationToken), answer, cancellationToken)),
        ["verify"] = Call<VerifyRequest>(async (request, answer, cancellationToken) => answer.Report(await pipeline.VerifyAsync(request, cancellationToken))),
        ["replay"] = Call<ReasonRequest>(async (request, answer, cancellationToken) => answer.Report(await pipeline.ReplayRejectsAsync(request.Reason, cancellationToken))),
        ["ingest"] = Call(IngestAsync(pipeline)),
    };

    /// <summary>A call with a typed request.</summary>
    public static PipelineCall Call<TRequest>(Func<TRequest, AnswerWriter, CancellationToken, Task> run) => async (request, answer, cancellationToken) =>
        await run((await JsonSerializer.DeserializeAsync<TRequest>(request, ResultJson.Options, cancellationToken))!, answer, cancellationToken);

    /// <summary>Answers a call whole. A failure is the answer's last line, which the one who asked prints.</summary>
    /// <param name="name">For the log.</param>
    public static async Task RunAsync(PipelineCall call, string name, Stream request, PipeWriter target, ILogger logger, CancellationToken cancellationToken)
    {
        using var answer = new AnswerWriter(target);
        try
        {
            await call(request, answer, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (e is not (UsageException or CommandFailedException or OptionsValidationException))
            {
                LogFailed(logger, name, e);
            }

            answer.Error(e.Message, e is UsageException or OptionsValidationException ? ExitCode.Usage : e is NoWarehouseException ? PipelineWire.NoWarehouse : ExitCode.Failed);
        }

        await answer.FlushAsync(cancellationToken);
    }

    private static Func<IngestRequest, AnswerWriter, CancellationToken, Task> IngestAsync(IPipelineClient pipeline) => async (request, answer, cancellationToken) =>
    {
        var newest = new NewestProgress();
        var ingest = pipeline.IngestAsync(request, newest, cancellationToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!ingest.IsCompleted)
        {
            if (newest.Take() is { } progress)
            {
                answer.Progress(progress);
                await answer.FlushAsync(cancellationToken);
            }

            await Task.WhenAny(ingest, timer.WaitForNextTickAsync(cancellationToken).AsTask());
        }

        answer.Report(await ingest);
    };

    private static async Task RowsAsync(Task<Result> query, AnswerWriter answer, CancellationToken cancellationToken)
    {
        await using var result = await query;
        answer.Columns(result.Columns);
        var count = 0L;
        await foreach (var row in result.Rows.WithCancellation(cancellationToken))
        {
            answer.Row(row);
            count++;
            await answer.FlushIfFullAsync(cancellationToken);
        }

        answer.End(count);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The command '{Call}' failed.")]
    private static partial void LogFailed(ILogger logger, string call, Exception exception);
}
