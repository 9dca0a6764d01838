using CustomerTrack.Api;
using CustomerTrack.Dashboard.Parts;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>How fresh one dimension's tables in one warehouse are.</summary>
public sealed record Freshness
{
    public required string Dimension { get; init; }

    public required string Warehouse { get; init; }

    public required string State { get; init; }

    /// <summary>When the newest change in the tables was detected, from now.</summary>
    public required string Newest { get; init; }

    public required string Current { get; init; }

    public required string History { get; init; }

    public string? Error { get; init; }

    internal static IReadOnlyList<Freshness> Of(PipelineStatus? status, DateTimeOffset now) => status is null
        ? []
        : [
            .. status.Dimensions.Select(tables => new Freshness
            {
                Dimension = tables.Dimension,
                Warehouse = "DuckDB",
                State = status.FailureAt == "load" ? "failing" : status.WaitingObjects > 0 ? "loading" : "up to date",
                Newest = Figures.Ago(tables.NewestRecordedAt, now),
                Current = Figures.Count(tables.CurrentRows),
                History = Figures.Count(tables.HistoryRows),
            }),
            .. status.Snowflake.Select(delivery => new Freshness
            {
                Dimension = delivery.Dimension,
                Warehouse = "Snowflake",
                State = delivery.State switch
                {
                    DeliveryState.Starting => "starting",
                    DeliveryState.UpToDate => "up to date",
                    DeliveryState.Delivering => $"{Figures.Count(delivery.WaitingObjects, "object")} on their way",
                    _ => "away",
                },
                Newest = Figures.Ago(delivery.NewestRecordedAt, now),
                Current = "–",
                History = "–",
                Error = delivery.LastError,
            }),
        ];
}
