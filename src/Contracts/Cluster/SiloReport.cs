using CustomerTrack.Detect;

namespace CustomerTrack.Cluster;

/// <summary>How one silo is, as it says itself.</summary>
[GenerateSerializer, Immutable, Alias("ct.SiloReport")]
public sealed record SiloReport
{
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>UTC.</summary>
    [Id(1)]
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>It reads landing files, or is about to.</summary>
    [Id(2)]
    public required bool IsReading { get; init; }

    /// <summary>What was left unfinished in its reach is handed out.</summary>
    [Id(3)]
    public required bool IsRecovered { get; init; }

    /// <summary>Landing files it sees that nobody has claimed; null while a part of landing is out of reach.</summary>
    [Id(4)]
    public required int? WaitingFiles { get; init; }

    /// <summary>Landing files it has claimed and not archived.</summary>
    [Id(5)]
    public required int OpenFiles { get; init; }

    /// <summary>Landing files it has claimed and whose rows queries may not see yet.</summary>
    [Id(6)]
    public required int UnfinishedFiles { get; init; }

    /// <summary>Lake objects it wrote that are not known to be loaded.</summary>
    [Id(7)]
    public required int UnloadedObjects { get; init; }

    /// <summary>Files it finished since its start.</summary>
    [Id(8)]
    public required long Files { get; init; }

    [Id(9)]
    public required long RejectedFiles { get; init; }

    [Id(10)]
    public required long Rows { get; init; }

    [Id(11)]
    public required long Accepted { get; init; }

    /// <summary>By reason.</summary>
    [Id(12)]
    public required IReadOnlyDictionary<string, long> Quarantined { get; init; }

    [Id(13)]
    public required DetectCounts Counts { get; init; }

    /// <summary>Why nothing gets through at the moment; null while it does.</summary>
    [Id(14)]
    public required string? Failure { get; init; }

    /// <summary>Since when it has the warehouse's seat; null for a silo that has not.</summary>
    [Id(15)]
    public required DateTimeOffset? WarehouseSince { get; init; }

    /// <summary>What it is doing with the warehouse; null for a silo that does not have its seat.</summary>
    [Id(16)]
    public required string? Warehouse { get; init; }
}
