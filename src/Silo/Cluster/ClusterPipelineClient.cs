using System.Runtime.CompilerServices;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Cluster;

/// <summary>
/// The pipeline of a cluster, asked of any of its silos: about the tables the silo that writes them answers. While that is changing, whoever asks waits a while.
/// </summary>
internal sealed class ClusterPipelineClient(
    LocalSiloClient local, ClusterStatusSource status, WarehouseSeat seat, ClusterSilos silos, IGrainFactory grains, DataFolderUse folders, IHostApplicationLifetime lifetime, TimeProvider time)
    : IPipelineClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public Task<Result> QueryAsync(string sql, CancellationToken cancellationToken) => AskWriterAsync(silo => silo.QueryAsync(sql, cancellationToken), cancellationToken);

    public Task<Result> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken) =>
        AskWriterAsync(silo => silo.HistoryAsync(request, cancellationToken), cancellationToken);

    public Task<VerifyReport> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) =>
        AskWriterAsync(silo => silo.VerifyAsync(request, cancellationToken), cancellationToken);

    public Task<Result> StatusAsync(CancellationToken cancellationToken) => status.RowsAsync(cancellationToken);

    public async Task<Result> RejectsAsync(string? reason, CancellationToken cancellationToken)
    {
        if (folders == DataFolderUse.Shared)
        {
            return await local.RejectsAsync(reason, cancellationToken);
        }

        // Every silo has a quarantine of its own.
        var first = await local.RejectsAsync(reason, cancellationToken);
        return new(first.Columns, RejectsOfAllAsync(first, reason, CancellationToken.None), first);
    }

    public async Task<ReplayReport> ReplayRejectsAsync(string? reason, CancellationToken cancellationToken)
    {
        var report = await UntilStoppingAsync(token => local.ReplayRejectsAsync(reason, token), cancellationToken);
        foreach (var silo in Others())
        {
            var more = await new SiloPipelineClient(grains, silo).ReplayRejectsAsync(reason, cancellationToken);
            report = new()
            {
                Records = report.Records + more.Records,
                Accepted = report.Accepted + more.Accepted,
                Quarantined = report.Quarantined.Concat(more.Quarantined).GroupBy(entry => entry.Key).ToDictionary(entry => entry.Key, entry => entry.Sum(some => some.Value)),
            };
        }

        return report;
    }

    public Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress> progress, CancellationToken cancellationToken) =>
        UntilStoppingAsync(token => local.IngestAsync(request, progress, token), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IEnumerable<string> Others() => folders == DataFolderUse.Shared ? [] : silos.Active.Where(silo => silo != silos.Self);

    private async IAsyncEnumerable<IReadOnlyList<Cell>> RejectsOfAllAsync(Result first, string? reason, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in first.Rows.WithCancellation(cancellationToken))
        {
            yield return row;
        }

        foreach (var silo in Others())
        {
            await using var more = await new SiloPipelineClient(grains, silo).RejectsAsync(reason, cancellationToken);
            await foreach (var row in more.Rows.WithCancellation(cancellationToken))
            {
                yield return row;
            }
        }
    }

    /// <summary>Asks the silo that writes the warehouse. What it was asked only reads: when it is gone before it answered, its successor is asked.</summary>
    private async Task<T> AskWriterAsync<T>(Func<IPipelineClient, Task<T>> ask, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var holder = seat.Holder;
            try
            {
                return holder is null ? throw new NoWarehouseException("No silo has the warehouse at the moment; one takes it within seconds of the last one's end.")
                    : holder == silos.Self ? await ask(local)
                    : await ask(new SiloPipelineClient(grains, holder));
            }
            catch (CommandFailedException failure)
            {
                if (failure is not NoWarehouseException && !await IsGoneAsync(holder, cancellationToken))
                {
                    throw;
                }

                if (time.GetElapsedTime(started) > Patience || lifetime.ApplicationStopping.IsCancellationRequested)
                {
                    throw new CommandFailedException(seat.Failure is { } unseen ? $"{failure.Message} {unseen}" : failure.Message, failure);
                }
            }

            seat.Ring();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(seat.ChangedAsync(holder), Task.Delay(Pause, time, ended.Token));
            await ended.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask<bool> IsGoneAsync(string? holder, CancellationToken cancellationToken) =>
        holder is not null && holder != silos.Self && await silos.IsGoneAsync(holder, cancellationToken);

    /// <summary>A silo that stops must not be held up by somebody who waits for files.</summary>
    private async Task<T> UntilStoppingAsync<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            return await run(either.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException("The silo that was asked is stopping. The files are in landing, and the others apply them; ask one of those how far they are.");
        }
    }
}
