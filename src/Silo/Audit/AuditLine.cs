namespace CustomerTrack.Audit;

/// <summary>A record as it stands in the file.</summary>
internal sealed record AuditLine
{
    public required DateTime At { get; init; }

    public required string Who { get; init; }

    public required AuditSource By { get; init; }

    public required AuditAction Action { get; init; }

    public string? Dimension { get; init; }

    public IReadOnlyList<string>? KeyHashes { get; init; }

    public required AuditOutcome Outcome { get; init; }
}
