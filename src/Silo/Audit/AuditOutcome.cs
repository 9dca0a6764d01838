namespace CustomerTrack.Audit;

/// <summary>What came of it.</summary>
internal enum AuditOutcome
{
    Done,

    /// <summary>There is no such customer, or nothing held at that time.</summary>
    NotFound,

    /// <summary>It was tried and did not work.</summary>
    Failed,
}
