namespace CustomerTrack.Faults;

/// <summary>What can go wrong in a cluster.</summary>
internal enum FaultKind
{
    /// <summary>Any silo, at once.</summary>
    KillSilo,

    /// <summary>The silo that writes the warehouse, at once.</summary>
    KillWriter,

    /// <summary>A silo, and its successor as soon as it is up.</summary>
    KillTwice,

    /// <summary>A silo, and its successor before it is up.</summary>
    KillWhileStarting,

    /// <summary>Every silo at the same moment.</summary>
    KillAll,

    /// <summary>A silo stands still for less than the death timeout.</summary>
    PauseBriefly,

    /// <summary>A silo stands still until it is declared dead, and wakes up.</summary>
    PauseUntilDead,

    /// <summary>One silo after the other is stopped in order and started again.</summary>
    RollingRestart,

    /// <summary>Redis is stopped in order and started again.</summary>
    RestartRedis,

    /// <summary>Redis is killed, and away for a while.</summary>
    KillRedis,

    /// <summary>Redis stands still for a while.</summary>
    PauseRedis,

    /// <summary>The lake's disk is full for a while.</summary>
    FillLake,

    /// <summary>S3 refuses everything for a while.</summary>
    FailS3,

    /// <summary>S3 is slow for a while.</summary>
    SlowS3,

    /// <summary>A share of the requests to S3 fails, in every way, for a while.</summary>
    FlakyS3,

    /// <summary>Two silos do not reach each other for a while.</summary>
    CutSilos,

    /// <summary>A silo does not reach Redis for a while, but the others.</summary>
    CutFromRedis,

    /// <summary>A silo reaches nobody until it is declared dead.</summary>
    Isolate,
}
