using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>Speaks Snowpipe's REST interface.</summary>
internal sealed partial class SnowpipeClient : ISnowpipe
{
    private const int MaxFiles = 5_000;
    private const int MaxPathBytes = 1_024;

    private readonly SnowflakeHttp _http;
    private readonly ILogger _logger;

    /// <exception cref="SnowflakeException">The options lack something, or hold what cannot be used.</exception>
    public SnowpipeClient(SnowflakeOptions options, TimeProvider time, ILogger<SnowpipeClient> logger)
    {
        // Whatever SQL is authenticated with: pipes take nothing but a key's tokens.
        _http = new SnowflakeHttp(options, new KeyPairCredential(options, time), time, logger);
        _logger = logger;
    }

    public async Task InsertFilesAsync(string pipe, IReadOnlyList<StagedFile> files, CancellationToken cancellationToken = default)
    {
        foreach (var file in files)
        {
            if (Encoding.UTF8.GetByteCount(file.Path) is var bytes and (0 or > MaxPathBytes))
            {
                throw new SnowflakeException($"Snowpipe takes paths of 1 to {MaxPathBytes} bytes; this one has {bytes}: '{file.Path}'.");
            }
        }

        foreach (var chunk in files.Chunk(MaxFiles))
        {
            var body = new PipeFiles([.. chunk.Select(file => new PipeFile(file.Path, file.Bytes))]);
            var receipt = await SendAsync(
                new SnowflakeRequest
                {
                    Operation = "insertFiles",
                    Method = HttpMethod.Post,
                    Path = $"{Address(pipe)}/insertFiles?requestId={Guid.NewGuid()}",
                    Body = JsonSerializer.SerializeToUtf8Bytes(body, SnowflakeJson.Default.PipeFiles),
                },
                pipe,
                SnowflakeJson.Default.PipeReceipt,
                cancellationToken);
            Check(pipe, receipt);
            LogAnnounced(chunk.Length, pipe);
        }
    }

    public async Task<LoadReport> GetInsertReportAsync(string pipe, string? beginMark, CancellationToken cancellationToken = default)
    {
        var mark = beginMark is null ? "" : $"&beginMark={Uri.EscapeDataString(beginMark)}";
        var report = await SendAsync(
            new SnowflakeRequest { Operation = "insertReport", Method = HttpMethod.Get, Path = $"{Address(pipe)}/insertReport?requestId={Guid.NewGuid()}{mark}" },
            pipe,
            SnowflakeJson.Default.PipeReport,
            cancellationToken);
        return new LoadReport { NextBeginMark = report.NextBeginMark, IsComplete = report.CompleteResult ?? true, Files = Files(pipe, report) };
    }

    public async Task<IReadOnlyList<FileLoad>> ScanLoadHistoryAsync(string pipe, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default)
    {
        var loads = new List<FileLoad>();

        // Pages meet at one moment, so that a file may be on both.
        var known = new HashSet<FileLoad>();
        while (from < to)
        {
            var report = await SendAsync(
                new SnowflakeRequest
                {
                    Operation = "loadHistoryScan",
                    Method = HttpMethod.Get,
                    Path = $"{Address(pipe)}/loadHistoryScan?startTimeInclusive={Moment(from)}&endTimeExclusive={Moment(to)}&requestId={Guid.NewGuid()}",
                },
                pipe,
                SnowflakeJson.Default.PipeReport,
                cancellationToken);
            loads.AddRange(Files(pipe, report).Where(known.Add));
            if (report.CompleteResult ?? true)
            {
                break;
            }

            from = report.RangeEndTime is { } end && end > from
                ? end
                : throw new SnowflakeException($"The load history of {pipe} from {Moment(from)} on is incomplete, and its page ends at {(report.RangeEndTime is { } last ? Moment(last) : "no time")}: it does not advance.") { IsTransient = true };
        }

        return loads;
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(SnowflakeRequest request, string pipe, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var reply = await _http.SendAsync(request with { Explain = message => ($"{request.Operation} for the pipe {pipe}", message) }, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(reply.Body, type) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException exception)
        {
            throw new SnowflakeException($"Snowpipe's answer to {request.Operation} is not what it describes: {exception.Message}", exception);
        }
    }

    private static void Check(string pipe, PipeReceipt receipt)
    {
        if (receipt.Status is not null && !receipt.Status.Equals("success", StringComparison.OrdinalIgnoreCase))
        {
            throw new SnowflakeException($"Snowpipe answered insertFiles for the pipe {pipe} with the status {receipt.Status}.");
        }

        if (receipt.UnmatchedPatternFiles is { Count: > 0 } unmatched)
        {
            throw new SnowflakeException($"The pattern of the pipe {pipe} leaves out {unmatched.Count} of the files, '{unmatched[0]}' among them; nothing will load them. `snowflake apply` makes a pipe without a pattern.");
        }
    }

    private static FileLoad[] Files(string pipe, PipeReport report) => [.. (report.Files ?? []).Select(file => new FileLoad
    {
        Path = file.Path ?? throw new SnowflakeException($"A report of the pipe {pipe} has a file without a path."),
        State = file.Status switch
        {
            "LOAD_IN_PROGRESS" => LoadState.InProgress,
            "LOADED" => LoadState.Loaded,
            "LOAD_FAILED" => LoadState.Failed,
            "PARTIALLY_LOADED" => LoadState.PartiallyLoaded,
            _ => throw new SnowflakeException($"The pipe {pipe} reports the state '{file.Status}' for '{file.Path}', which is not known."),
        },
        RowsInserted = file.RowsInserted,
        RowsParsed = file.RowsParsed,
        ErrorsSeen = file.ErrorsSeen,
        Error = (Text(file.FirstError), Text(file.SystemError)) switch
        {
            ({ } first, { } system) when first != system => $"{first} {system}",
            var (first, system) => first ?? system,
        },
    })];

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string Address(string pipe) => $"/v1/data/pipes/{Uri.EscapeDataString(pipe)}";

    private static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Debug, "Announced {Files} files to the pipe {Pipe}.")]
    private partial void LogAnnounced(int files, string pipe);
}
