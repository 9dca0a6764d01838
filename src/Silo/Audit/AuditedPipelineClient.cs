using CustomerTrack.Api;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Audit;

/// <summary>A pipeline whose reads of customers' data, and whose replays, are recorded as one caller's.</summary>
internal sealed class AuditedPipelineClient(IPipelineClient inner, AuditLog audit, IDimensionCatalog dimensions, ApiCaller caller) : IPipelineClient
{
    /// <summary>Whoever may read the data folder.</summary>
    public static readonly ApiCaller Commands = new("this machine", AuditSource.Command, MaySeePersonal: true);

    public Task<Result> QueryAsync(string sql, CancellationToken cancellationToken) =>
        RecordedAsync(AuditAction.Query, dimension: null, keyHashes: null, () => inner.QueryAsync(sql, cancellationToken));

    public Task<Result> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken) =>
        RecordedAsync(AuditAction.ReadHistory, DimensionOf(request), [audit.HashOf(DimensionOf(request) ?? "", request.Key)], () => inner.HistoryAsync(request, cancellationToken));

    public Task<VerifyReport> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) => inner.VerifyAsync(request, cancellationToken);

    public Task<Result> StatusAsync(CancellationToken cancellationToken) => inner.StatusAsync(cancellationToken);

    // Reasons, files and numbers: no customer's data.
    public Task<Result> RejectsAsync(string? reason, CancellationToken cancellationToken) => inner.RejectsAsync(reason, cancellationToken);

    public Task<ReplayReport> ReplayRejectsAsync(string? reason, CancellationToken cancellationToken) =>
        RecordedAsync(AuditAction.ReplayRejects, dimension: null, keyHashes: null, () => inner.ReplayRejectsAsync(reason, cancellationToken));

    public Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress> progress, CancellationToken cancellationToken) =>
        inner.IngestAsync(request, progress, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private string? DimensionOf(HistoryRequest request) => request.Dimension ?? (dimensions.All.Count == 1 ? dimensions.All[0].Name : null);

    // What was done is recorded before the answer leaves; what failed, with the failure.
    private async Task<T> RecordedAsync<T>(AuditAction action, string? dimension, IReadOnlyList<string>? keyHashes, Func<Task<T>> call)
    {
        T answer;
        try
        {
            answer = await call();
        }
        catch (Exception)
        {
            audit.Write(caller.Does(action, dimension, keyHashes, AuditOutcome.Failed));
            throw;
        }

        audit.Write(caller.Does(action, dimension, keyHashes, AuditOutcome.Done));
        return answer;
    }
}
