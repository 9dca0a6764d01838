using System.Diagnostics;
using System.Runtime.CompilerServices;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Records;
using CustomerTrack.State;
using CustomerTrack.Verify;

namespace CustomerTrack.Hosting;

/// <summary>Holds customers' states, lake and tables against each other, and the tables against the invariants.</summary>
internal static class Verification
{
    /// <summary>Compares everything once; the pipeline should be at rest.</summary>
    public static async Task<VerifyReport> RunAsync(
        DuckDbWarehouse warehouse, ILake lake, ICustomerStateStore store, IDimensionCatalog dimensions, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var counted = new Counted();
        var violations = new List<Violation>(await warehouse.CheckInvariantsAsync(cancellationToken));
        violations.AddRange(await warehouse.CompareLakeAsync(lake, cancellationToken));
        foreach (var dimension in dimensions.All)
        {
            violations.AddRange(await warehouse.CompareRowsAsync(
                dimension.Name, StatesAsync(store, dimension, counted, cancellationToken), withRevision: true, cancellationToken));
        }

        return new VerifyReport
        {
            Agrees = violations.Count == 0,
            Customers = counted.Customers,
            Versions = counted.Versions,
            Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            Differences = [.. violations.Select(Describe)],
        };
    }

    /// <summary>A difference in a line.</summary>
    public static string Describe(Violation violation) =>
        $"{violation.Dimension}: {violation.Check}: {violation.Count} rows, first: {string.Join("; ", violation.First)}";

    private static async IAsyncEnumerable<Delta> StatesAsync(
        ICustomerStateStore store, DimensionDefinition dimension, Counted counted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var shard = 0; shard < store.ShardCount; shard++)
        {
            await foreach (var (key, state) in store.ScanAsync(new ShardId(dimension.Name, shard), cancellationToken))
            {
                counted.Customers++;
                foreach (var row in CustomerHistory.Rows(dimension, key, state))
                {
                    counted.Versions += row.State == RowState.Version ? 1 : 0;
                    yield return row;
                }
            }
        }
    }

    private sealed class Counted
    {
        public long Customers { get; set; }

        public long Versions { get; set; }
    }
}
