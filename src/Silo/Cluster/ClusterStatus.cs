namespace CustomerTrack.Cluster;

/// <summary>The cluster in the answer of <c>/api/status</c>; the totals beside it are over all its silos.</summary>
internal sealed record ClusterStatus
{
    public required WarehouseHolder Warehouse { get; init; }

    public required IReadOnlyList<SiloRow> Silos { get; init; }
}
