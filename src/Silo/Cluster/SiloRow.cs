namespace CustomerTrack.Cluster;

/// <summary>One silo in the answer of <c>/api/status</c>.</summary>
internal sealed record SiloRow
{
    public required string Name { get; init; }

    /// <summary>As the table of silos says: active, shuttingdown …</summary>
    public required string Status { get; init; }

    /// <summary>False: what follows is not known, because it did not answer.</summary>
    public required bool Answers { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Landing files it has claimed and not archived.</summary>
    public required int? OpenFiles { get; init; }

    /// <summary>Records it accepted since it started.</summary>
    public required long? Accepted { get; init; }

    /// <summary>Lake objects it wrote that are not known to be loaded.</summary>
    public required int? UnloadedObjects { get; init; }

    /// <summary>Why nothing gets through it at the moment; null while it does.</summary>
    public required string? Failure { get; init; }
}
