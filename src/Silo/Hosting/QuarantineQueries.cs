using CustomerTrack.Cli.Output;
using CustomerTrack.Ingest;

namespace CustomerTrack.Hosting;

/// <summary>The quarantine as rows.</summary>
internal static class QuarantineQueries
{
    public static async Task<Result> ListAsync(Quarantine quarantine, string? reason, CancellationToken cancellationToken)
    {
        var summaries = await quarantine.ListAsync(reason, cancellationToken);
        return new(["dimension", "file", "reason", "records", "whole_file"], RowsAsync(summaries), new Nothing());
    }

    private static async IAsyncEnumerable<IReadOnlyList<Cell>> RowsAsync(IReadOnlyList<QuarantineSummary> summaries)
    {
        foreach (var summary in summaries)
        {
            yield return [Cell.Of(summary.Dimension), Cell.Of(summary.File), Cell.Of(summary.Reason), Cell.Of(summary.Count), Cell.Of(summary.IsWholeFile)];
        }

        await ValueTask.CompletedTask;
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
