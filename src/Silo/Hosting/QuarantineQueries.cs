using CustomerTrack.Cli.Output;
using CustomerTrack.Ingest;

namespace CustomerTrack.Hosting;

/// <summary>The quarantine as rows.</summary>
internal static class QuarantineQueries
{
    public static async Task<Result> ListAsync(Quarantine quarantine, string? reason, CancellationToken cancellationToken) => Result.Of(
        ["dimension", "file", "reason", "records", "whole_file"],
        (await quarantine.ListAsync(reason, cancellationToken)).Select(summary => (IReadOnlyList<Cell>)
            [Cell.Of(summary.Dimension), Cell.Of(summary.File), Cell.Of(summary.Reason), Cell.Of(summary.Count), Cell.Of(summary.IsWholeFile)]));
}
