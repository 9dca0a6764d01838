using System.Security.Cryptography;
using System.Text;
using CustomerTrack.Cli.Output;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>The running process's side of <see cref="HttpPipelineClient"/>: for whoever can read the data folder, who has the token.</summary>
internal static partial class PipelineEndpoints
{
    public static IEndpointConventionBuilder MapPipeline(this IEndpointRouteBuilder routes, string token, IPipelineClient pipeline)
    {
        // Keys of the API are for others: this channel has a token of its own, and is for this machine only.
        var group = routes.MapGroup(PipelineWire.Prefix).ExcludeFromDescription().AllowAnonymous();
        var expected = Encoding.UTF8.GetBytes("Bearer " + token);
        group.AddEndpointFilter(async (context, next) =>
            !Caller.IsLocal(context.HttpContext.Connection) ? Results.StatusCode(StatusCodes.Status403Forbidden)
            : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers.Authorization.ToString()), expected)
                ? await next(context)
                : Results.Unauthorized());

        Map<QueryRequest>(group, "query", (request, answer, cancellationToken) => RowsAsync(pipeline.QueryAsync(request.Sql, cancellationToken), answer, cancellationToken));
        Map<HistoryRequest>(group, "history", (request, answer, cancellationToken) => RowsAsync(pipeline.HistoryAsync(request, cancellationToken), answer, cancellationToken));
        Map<ReasonRequest>(group, "status", (_, answer, cancellationToken) => RowsAsync(pipeline.StatusAsync(cancellationToken), answer, cancellationToken));
        Map<ReasonRequest>(group, "rejects", (request, answer, cancellationToken) => RowsAsync(pipeline.RejectsAsync(request.Reason, cancellationToken), answer, cancellationToken));
        Map<VerifyRequest>(group, "verify", async (request, answer, cancellationToken) => answer.Report(await pipeline.VerifyAsync(request, cancellationToken)));
        Map<ReasonRequest>(group, "replay", async (request, answer, cancellationToken) => answer.Report(await pipeline.ReplayRejectsAsync(request.Reason, cancellationToken)));
        Map<IngestRequest>(group, "ingest", IngestAsync(pipeline));
        return group;
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

    private static void Map<TRequest>(RouteGroupBuilder group, string call, Func<TRequest, AnswerWriter, CancellationToken, Task> run) =>
        group.MapPost("/" + call, async (HttpContext context, ILoggerFactory loggers) =>
        {
            var cancellationToken = context.RequestAborted;
            var request = await context.Request.ReadFromJsonAsync<TRequest>(ResultJson.Options, cancellationToken);
            context.Response.ContentType = "application/x-ndjson";
            using var answer = new AnswerWriter(context.Response.BodyWriter);
            try
            {
                await run(request!, answer, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // The headers are gone: the last line carries the failure to the command, which prints it.
                if (e is not (UsageException or CommandFailedException or OptionsValidationException))
                {
                    LogFailed(loggers.CreateLogger(typeof(PipelineEndpoints)), call, e);
                }

                answer.Error(e.Message, e is UsageException or OptionsValidationException ? ExitCode.Usage : ExitCode.Failed);
            }

            await answer.FlushAsync(cancellationToken);
        });

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
