namespace CustomerTrack.Ingest;

/// <summary>Where producers drop files. A file is claimed by one process, read, and then archived or rejected; it is never lost in between.</summary>
public interface ILandingZone
{
    /// <summary>
    /// Files that an earlier process claimed and did not finish (<see cref="ClaimedFile.Redelivered"/>), lowest number
    /// first. Called once, before the first <see cref="ClaimAsync"/>.
    /// </summary>
    ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until a complete file is there, then claims up to <paramref name="max"/>, oldest first over all dimensions.</summary>
    ValueTask<IReadOnlyList<ClaimedFile>> ClaimAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>How many files wait unclaimed, half-written foreign ones included.</summary>
    ValueTask<int> CountWaitingAsync(CancellationToken cancellationToken = default);

    /// <summary>The file's bytes as they landed.</summary>
    Stream Open(ClaimedFile file);

    /// <summary>Moves a finished file to the archive: everything it said is durable downstream.</summary>
    ValueTask ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default);

    /// <summary>Moves a file that cannot be read at all (a corrupt .gz) to the rejected folder, with a note that says why.</summary>
    ValueTask RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default);
}
