using CustomerTrack.Detect;

namespace CustomerTrack.Ingest;

/// <summary>Sums over files.</summary>
public sealed record IngestTotals
{
    public long Files { get; init; }

    public long RejectedFiles { get; init; }

    public long Rows { get; init; }

    public long Accepted { get; init; }

    public IReadOnlyDictionary<string, long> Quarantined { get; init; } = new Dictionary<string, long>();

    public DetectCounts Counts { get; init; }

    public IngestTotals Plus(FileReport report)
    {
        var quarantined = new Dictionary<string, long>(Quarantined);
        foreach (var (reason, count) in report.Quarantined)
        {
            quarantined[reason] = quarantined.GetValueOrDefault(reason) + count;
        }

        return new IngestTotals
        {
            Files = Files + 1,
            RejectedFiles = RejectedFiles + (report.State == FileState.Rejected ? 1 : 0),
            Rows = Rows + report.Rows,
            Accepted = Accepted + report.Accepted,
            Quarantined = quarantined,
            Counts = Counts.Plus(report.Counts),
        };
    }
}
