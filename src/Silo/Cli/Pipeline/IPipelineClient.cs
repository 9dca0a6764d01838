using CustomerTrack.Cli.Output;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>What commands ask of a pipeline, wherever it runs. Everything may be repeated.</summary>
internal interface IPipelineClient : IAsyncDisposable
{
    /// <summary>Runs read-only SQL on the warehouse.</summary>
    /// <exception cref="CommandFailedException">The warehouse refused it.</exception>
    Task<Result> QueryAsync(string sql, CancellationToken cancellationToken);

    /// <summary>One key's versions, oldest first.</summary>
    Task<Result> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken);

    /// <summary>Checks the invariants and that state, lake and tables agree.</summary>
    Task<VerifyReport> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken);

    /// <summary>How fresh the tables are, a row per dimension and warehouse.</summary>
    Task<Result> StatusAsync(CancellationToken cancellationToken);

    /// <summary>The quarantine, of one reason or whole.</summary>
    Task<Result> RejectsAsync(string? reason, CancellationToken cancellationToken);

    /// <summary>Drives quarantined records through the pipeline once more.</summary>
    Task<ReplayReport> ReplayRejectsAsync(string? reason, CancellationToken cancellationToken);

    /// <summary>Applies files to the end: returns when both tables hold what they say.</summary>
    Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress> progress, CancellationToken cancellationToken);
}
