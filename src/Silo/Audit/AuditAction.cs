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

    /// <summary>Examples of quarantined records were asked for, as they came.</summary>
    ReadRejects,

    /// <summary>Orleans' own dashboard was asked what a grain holds, or which grains have reminders.</summary>
    ReadGrains,

    /// <summary>Quarantined records were driven through the pipeline again.</summary>
    ReplayRejects,
}
