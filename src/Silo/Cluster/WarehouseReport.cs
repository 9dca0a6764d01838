using CustomerTrack.Load;
using CustomerTrack.Serve;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Cluster;

/// <summary>How far the tables are, from the silo that writes them.</summary>
internal sealed record WarehouseReport
{
    public required WarehouseStatus Tables { get; init; }

    public required LoaderStatus Loader { get; init; }

    /// <summary>Empty where nothing is delivered to Snowflake.</summary>
    public required IReadOnlyList<DeliveryStatus> Snowflake { get; init; }
}
