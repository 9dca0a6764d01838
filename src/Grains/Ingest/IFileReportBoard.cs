using CustomerTrack.Lake;

namespace CustomerTrack.Ingest;

/// <summary>
/// Where it is put up for other processes what became of landing files: those who wait for a file need not be in the process that read it. What fails is a
/// <see cref="State.StateStoreException"/> or an <see cref="IOException"/> and is repeated.
/// </summary>
public interface IFileReportBoard
{
    /// <summary>Everything the file said is durable in <paramref name="objects"/>; it is about to be archived.</summary>
    ValueTask PostDurableAsync(FileReport report, IReadOnlyCollection<LakeObject> objects, CancellationToken cancellationToken = default);

    /// <summary>The file is done: queries see all of it, or it is about to be rejected whole.</summary>
    ValueTask PostFinishedAsync(FileReport report, CancellationToken cancellationToken = default);
}
