namespace CustomerTrack.Cluster;

/// <summary>Who writes the warehouse, in the answer of <c>/api/status</c>.</summary>
internal sealed record WarehouseHolder
{
    /// <summary>The silo's name; null while nobody is known to have it.</summary>
    public required string? Silo { get; init; }

    /// <summary>Since when, UTC; null while the silo does not answer.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>How long that is, in seconds.</summary>
    public required double? Seconds { get; init; }

    /// <summary>What it is doing: opening the file, waiting for it, catching up with the lake, writing; null while it does not answer.</summary>
    public required string? State { get; init; }
}
