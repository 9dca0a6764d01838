namespace CustomerTrack.Snowflake;

/// <summary>Snowpipe's REST interface for pipes that do not ingest by themselves. Every failure is a <see cref="SnowflakeException"/>.</summary>
public interface ISnowpipe : IDisposable
{
    /// <summary>Announces files, in requests of at most 5,000; they are queued when it returns, not loaded. Safe to repeat.</summary>
    /// <param name="pipe">The full name: database.schema.pipe, in the spelling of the catalog.</param>
    Task InsertFilesAsync(string pipe, IReadOnlyList<StagedFile> files, CancellationToken cancellationToken = default);

    /// <summary>What happened lately: at most 10,000 files of the last ten minutes.</summary>
    /// <param name="beginMark">Where an earlier report ended; null from the beginning. A hint: files may be reported twice.</param>
    Task<LoadReport> GetInsertReportAsync(string pipe, string? beginMark, CancellationToken cancellationToken = default);

    /// <summary>What was loaded in a span of time, up to 14 days back; all pages of it. Throttled by Snowflake: small spans, seldom.</summary>
    Task<IReadOnlyList<FileLoad>> ScanLoadHistoryAsync(string pipe, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default);
}
