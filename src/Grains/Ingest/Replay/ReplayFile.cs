namespace CustomerTrack.Ingest;

/// <summary>A landing file whose records were accepted, or are about to be: archived, or claimed by a process that did not finish it.</summary>
/// <param name="File">The file under its number. Its path is empty while it has to be fetched.</param>
/// <param name="IsClaimed">It will be read again by the next process, as a redelivery.</param>
public sealed record ReplayFile(ClaimedFile File, bool IsClaimed)
{
    /// <summary>Where it is in a bucket; null for a file of the data folder.</summary>
    internal string? Key { get; init; }

    /// <summary>The content that is meant; null for any.</summary>
    internal string? ETag { get; init; }
}
