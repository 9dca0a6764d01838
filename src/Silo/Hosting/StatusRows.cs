using CustomerTrack.Cli.Output;
using CustomerTrack.Cluster;
using CustomerTrack.Load;
using CustomerTrack.Serve;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Hosting;

/// <summary>How fresh each warehouse's tables are, a row per dimension and warehouse.</summary>
internal static class StatusRows
{
    private static readonly string[] Columns =
        ["dimension", "warehouse", "state", "waiting_objects", "newest_change", "slowest_shard", "complete_through", "current_rows", "history_rows", "error"];

    /// <param name="loader">Null where no process loads at the moment.</param>
    public static Result Of(WarehouseStatus tables, LoaderStatus? loader, IReadOnlyList<DeliveryStatus> deliveries) =>
        Result.Of(Columns, [.. tables.Dimensions.Select(dimension => Of(dimension, loader)), .. deliveries.Select(Of)]);

    /// <summary>Of a cluster: the same rows, each with the silo that writes, then a row per silo with its own state and counts.</summary>
    /// <param name="tables">Null while nobody says how far they are.</param>
    /// <param name="failure">Why that is.</param>
    public static Result Of(WarehouseReport? tables, WarehouseHolder holder, string? failure, IReadOnlyList<SiloRow> silos)
    {
        IEnumerable<IReadOnlyList<Cell>> rows = tables is null
            ? [InCluster([Cell.Null, Cell.Of("duckdb"), Cell.Of(holder.State ?? "unknown"), .. Enumerable.Repeat(Cell.Null, 6), Cell.Of(failure)], holder.Silo, holder.Since, null, null)]
            : [.. tables.Tables.Dimensions.Select(dimension => InCluster(Of(dimension, tables.Loader), holder.Silo, holder.Since, null, null)),
                .. tables.Snowflake.Select(delivery => InCluster(Of(delivery), holder.Silo, holder.Since, null, null))];
        return Result.Of(
            [.. Columns, "silo", "since", "open_files", "accepted"],
            rows.Concat(silos.Select(silo => InCluster(
                [
                    Cell.Null,
                    Cell.Null,
                    Cell.Of(silo.Answers ? silo.Status : $"{silo.Status}, does not answer"),
                    Cell.Of(silo.UnloadedObjects),
                    .. Enumerable.Repeat(Cell.Null, 5),
                    Cell.Of(silo.Failure),
                ],
                silo.Name,
                silo.StartedAt,
                silo.OpenFiles,
                silo.Accepted))));
    }

    private static IReadOnlyList<Cell> InCluster(IReadOnlyList<Cell> row, string? silo, DateTimeOffset? since, int? openFiles, long? accepted) =>
        [.. row, Cell.Of(silo), Cell.Of(since), Cell.Of(openFiles), Cell.Of(accepted)];

    private static IReadOnlyList<Cell> Of(DimensionStatus tables, LoaderStatus? loader) =>
    [
        Cell.Of(tables.Dimension),
        Cell.Of("duckdb"),
        Cell.Of(loader is null ? "stopped" : loader.LastError is not null ? "failing" : loader.WaitingObjects > 0 ? "loading" : "up to date"),
        Cell.Of(loader?.WaitingObjects),
        Cell.Of(tables.NewestRecordedAt),
        Cell.Null,
        Cell.Null,
        Cell.Of(tables.CurrentRows),
        Cell.Of(tables.HistoryRows),
        Cell.Of(loader?.LastError),
    ];

    private static IReadOnlyList<Cell> Of(DeliveryStatus delivery) =>
    [
        Cell.Of(delivery.Dimension),
        Cell.Of("snowflake"),
        Cell.Of(delivery.State switch
        {
            DeliveryState.Starting => "starting",
            DeliveryState.UpToDate => "up to date",
            DeliveryState.Delivering => "delivering",
            _ => "away",
        }),
        Cell.Of(delivery.WaitingObjects),
        Cell.Of(delivery.NewestRecordedAt),
        Cell.Of(delivery.Shards.Count == 0 ? null : delivery.Shards.Min(shard => shard.RecordedAt)),
        Cell.Of(delivery.CompleteThrough),
        Cell.Null,
        Cell.Null,
        Cell.Of(delivery.LastError),
    ];
}
