namespace CustomerTrack.Audit;

/// <summary>Something that somebody did with customers' data. It never holds a key or a value.</summary>
internal sealed record AuditEntry
{
    /// <summary>The name of the key or the subject of the token; <c>anyone</c> where nobody is asked who they are.</summary>
    public required string Who { get; init; }

    /// <summary>How they said so.</summary>
    public required AuditSource By { get; init; }

    public required AuditAction Action { get; init; }

    /// <summary>Null where it is about all dimensions.</summary>
    public string? Dimension { get; init; }

    /// <summary>The customers it was about, each as <see cref="Audit.KeyHash"/>; null where it was about whoever there is.</summary>
    public IReadOnlyList<string>? KeyHashes { get; init; }

    public required AuditOutcome Outcome { get; init; }
}
