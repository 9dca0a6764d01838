using CustomerTrack.Ingest;

namespace CustomerTrack.Tests;

/// <summary>A real landing zone whose reads fail when they are told to, and that says when files are archived.</summary>
public sealed class WatchedZone(ILandingZone zone, Func<bool> readFails, Action<ClaimedFile> archived, Action letGo) : ILandingZone
{
    public string Writer => zone.Writer;

    public bool IsRecovered => zone.IsRecovered;

    public ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default) => zone.RecoverAsync(cancellationToken);

    public ValueTask<IReadOnlyList<ClaimedFile>> ClaimAsync(int max, CancellationToken cancellationToken = default) => zone.ClaimAsync(max, cancellationToken);

    public ValueTask<int> CountWaitingAsync(CancellationToken cancellationToken = default) => zone.CountWaitingAsync(cancellationToken);

    public Stream Open(ClaimedFile file) => new TornStream(zone.Open(file), readFails);

    public ValueTask<IReadOnlyCollection<long>> ListClaimedAsync(CancellationToken cancellationToken = default) => zone.ListClaimedAsync(cancellationToken);

    public ValueTask<bool> HoldsAsync(ClaimedFile file, CancellationToken cancellationToken = default) => zone.HoldsAsync(file, cancellationToken);

    public async ValueTask<bool> ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default)
    {
        if (!await zone.ArchiveAsync(file, cancellationToken))
        {
            return false;
        }

        archived(file);
        return true;
    }

    public void LetGo(ClaimedFile file)
    {
        zone.LetGo(file);
        letGo();
    }

    public ValueTask ReturnAsync(IReadOnlyCollection<ClaimedFile> files, CancellationToken cancellationToken = default) => zone.ReturnAsync(files, cancellationToken);

    public ValueTask<bool> RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default) =>
        zone.RejectAsync(file, reason, message, cancellationToken);
}
