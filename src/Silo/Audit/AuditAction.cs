namespace CustomerTrack.Audit;

/// <summary>What is recorded.</summary>
internal enum AuditAction
{
    /// <summary>One version of a customer was asked for.</summary>
    ReadVersion,

    /// <summary>A customer's history was asked for.</summary>
    ReadHistory,

    /// <summary>A feed of changes with personal values was opened.</summary>
    WatchChanges,

    /// <summary>The tables were asked with SQL.</summary>
    Query,

    /// <summary>The quarantine, which holds records as they came, was listed.</summary>
    ReadRejects,

    /// <summary>Quarantined records were driven through the pipeline again.</summary>
    ReplayRejects,
}
