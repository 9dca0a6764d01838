namespace CustomerTrack.Ingest;

/// <summary>Where producers drop files. A file is claimed by one process, read, and then archived or rejected; it is never lost in between.</summary>
public interface ILandingZone
{
    /// <summary>As whom records of claimed files are written to the states; empty where this process has the states to itself.</summary>
    string Writer { get; }

    /// <summary>
    /// Files that an earlier process claimed and did not finish (<see cref="ClaimedFile.Redelivered"/>), lowest number
    /// first. Called before the first <see cref="ClaimAsync"/>, which hands out those that are only found later (<see cref="IsRecovered"/>). May be
    /// called again when it failed, not when it succeeded.
    /// </summary>
    ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether everything that an earlier process left unfinished was handed out. While it was not, a file with a lower number than any that is
    /// known may still come. Changes to true only within a call that hands files out, or when there are none.
    /// </summary>
    bool IsRecovered => true;

    /// <summary>Why a part of the zone is out of reach at the moment; null while all of it answers.</summary>
    string? Failure => null;

    /// <summary>
    /// Waits until a complete file is there, then claims up to <paramref name="max"/>, oldest first over all dimensions. Also what other processes
    /// claimed that have ended.
    /// </summary>
    ValueTask<IReadOnlyList<ClaimedFile>> ClaimAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>How many files wait unclaimed, half-written foreign ones included.</summary>
    ValueTask<int> CountWaitingAsync(CancellationToken cancellationToken = default);

    /// <summary>The numbers of all files that are claimed by anybody, at any moment since the call began.</summary>
    ValueTask<IReadOnlyCollection<long>> ListClaimedAsync(CancellationToken cancellationToken = default);

    /// <summary>The file's bytes as they landed.</summary>
    Stream Open(ClaimedFile file);

    /// <summary>Whether the file is still this process's: others take it over when they hold this process for dead.</summary>
    ValueTask<bool> HoldsAsync(ClaimedFile file, CancellationToken cancellationToken = default);

    /// <summary>
    /// Moves a finished file to the archive, everything it said is durable downstream; then no row of it is to come. False when the file is
    /// another process's by now: nothing was done. May be repeated.
    /// </summary>
    ValueTask<bool> ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default);

    /// <summary>
    /// Moves a file that cannot be read at all (a corrupt .gz) to the rejected folder, with a note that says why. False when the file is another
    /// process's by now: nothing was done. May be repeated.
    /// </summary>
    ValueTask<bool> RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default);

    /// <summary>This process no longer works on the file. Where the file is still its own, it comes again as a redelivery.</summary>
    void LetGo(ClaimedFile file);

    /// <summary>
    /// Gives unfinished files back, and those that were not handed out yet, so that other processes can take them at once. Nothing is claimed
    /// afterwards. No row of the files may be on its way any more.
    /// </summary>
    ValueTask ReturnAsync(IReadOnlyCollection<ClaimedFile> files, CancellationToken cancellationToken = default);
}
