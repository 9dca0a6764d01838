using CustomerTrack.Ingest;

namespace CustomerTrack.Tests;

/// <summary>A real landing zone whose reads fail when they are told to, and that says when files are archived.</summary>
public sealed class WatchedZone(FolderLandingZone zone, Func<bool> readFails, Action<ClaimedFile> archived) : ILandingZone
{
    public ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default) => zone.RecoverAsync(cancellationToken);

    public ValueTask<IReadOnlyList<ClaimedFile>> ClaimAsync(int max, CancellationToken cancellationToken = default) => zone.ClaimAsync(max, cancellationToken);

    public ValueTask<int> CountWaitingAsync(CancellationToken cancellationToken = default) => zone.CountWaitingAsync(cancellationToken);

    public Stream Open(ClaimedFile file) => new TornStream(zone.Open(file), readFails);

    public async ValueTask ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default)
    {
        await zone.ArchiveAsync(file, cancellationToken);
        archived(file);
    }

    public ValueTask RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default) =>
        zone.RejectAsync(file, reason, message, cancellationToken);
}
