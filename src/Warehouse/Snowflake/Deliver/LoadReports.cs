using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>What Snowpipe says became of a dimension's files. Asking needs no warehouse, so it costs nothing.</summary>
/// <param name="folder">What stands before the stage's paths in the names of the lake.</param>
internal sealed partial class LoadReports(
    ISnowpipe snowpipe, string pipe, string folder, DeliveryManifest manifest, DeliveryTraces traces, TimeProvider time, ILogger logger)
{
    // Snowflake answers 429 to those who scan much and often.
    private static readonly TimeSpan ScanPause = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan LongestScan = TimeSpan.FromDays(1);

    private string? _mark;
    private DateTimeOffset? _scannedAt;

    /// <summary>Reads what happened since the last time, ten minutes back at most.</summary>
    /// <returns>Whether anything was loaded.</returns>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var report = await snowpipe.GetInsertReportAsync(pipe, _mark, cancellationToken);
        _mark = report.NextBeginMark;
        return Take(report.Files);
    }

    /// <summary>Looks through the history, which reaches back further than reports; seldom, and without complaint where Snowflake refuses.</summary>
    /// <param name="oldest">From when on.</param>
    /// <returns>Whether anything was loaded.</returns>
    public async Task<bool> ScanAsync(DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _scannedAt < ScanPause)
        {
            return false;
        }

        _scannedAt = now;
        try
        {
            return Take(await snowpipe.ScanLoadHistoryAsync(pipe, oldest > now - LongestScan ? oldest : now - LongestScan, now, cancellationToken));
        }
        catch (SnowflakeException refused)
        {
            LogNotScanned(pipe, refused.Message);
            return false;
        }
    }

    private bool Take(IReadOnlyList<FileLoad> loads)
    {
        var now = time.GetUtcNow();
        var loaded = manifest.Loaded;
        foreach (var load in loads)
        {
            if (manifest.Reported(folder + load.Path, load, now) is { } loadedNow)
            {
                traces.Loaded(loadedNow, now);
            }
        }

        return manifest.Loaded > loaded;
    }

    [LoggerMessage(LogLevel.Information, "The load history of {Pipe} could not be scanned: {Why}")]
    private partial void LogNotScanned(string pipe, string why);
}
