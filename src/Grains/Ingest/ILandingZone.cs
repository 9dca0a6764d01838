namespace CustomerTrack.Ingest;

/// <summary>Where producers drop files. A file is claimed by one process, read, and then archived or rejected; it is never lost in between.</summary>
public interface ILandingZone
{
    /// <summary>
    /// Files that an earlier process claimed and did not finish (<see cref="ClaimedFile.Redelivered"/>), lowest number
    /// first. Called once, before the first <see cref="ClaimAsync"/>, which hands out those that are only found later (<see cref="IsRecovered"/>).
    /// </summary>
    ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether everything that an earlier process left unfinished was handed out. While it was not, a file with a lower number than any that is
    /// known may still come. Changes to true only within a call that hands files out, or when there are none.
    /// </summary>
    bool IsRecovered => true;

    /// <summary>Why a part of the zone is out of reach at the moment; null while all of it answers.</summary>
    string? Failure => null;

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
