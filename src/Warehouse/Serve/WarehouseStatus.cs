namespace CustomerTrack.Serve;

/// <summary>How far the warehouse is.</summary>
public sealed record WarehouseStatus
{
    public required IReadOnlyList<DimensionStatus> Dimensions { get; init; }

    /// <summary>Size of the database file, in bytes.</summary>
    public required long FileBytes { get; init; }
}
