using System.Text.Json.Serialization;
using CustomerTrack.Cluster;
using CustomerTrack.Ingest;
using CustomerTrack.Serve;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Api;

/// <summary>The answer of <c>/api/status</c>.</summary>
internal sealed record PipelineStatus
{
    /// <summary>Why nothing gets through at the moment; null while it does.</summary>
    public required string? Failure { get; init; }

    /// <summary>Where <see cref="Failure"/> is: <c>ingest</c> (up to the lake) or <c>load</c> (from there on); null while there is none.</summary>
    public required string? FailureAt { get; init; }

    /// <summary>Landing files that nobody has claimed yet; null while a part of landing is out of reach, <see cref="Failure"/> says which.</summary>
    public required int? WaitingFiles { get; init; }

    /// <summary>Landing files that are claimed and not archived.</summary>
    public required int OpenFiles { get; init; }

    /// <summary>Totals over the files finished since the process started.</summary>
    public required IngestTotals Ingested { get; init; }

    /// <summary>Lake objects the warehouse does not hold yet.</summary>
    public required int WaitingObjects { get; init; }

    public required IReadOnlyList<DimensionStatus> Dimensions { get; init; }

    public required long WarehouseBytes { get; init; }

    /// <summary>How far the tables in Snowflake are; empty where nothing is delivered there.</summary>
    public required IReadOnlyList<DeliveryStatus> Snowflake { get; init; }

    /// <summary>The silos, where there are several; everything else is over all of them. Absent for a process that is alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClusterStatus? Cluster { get; init; }
}
