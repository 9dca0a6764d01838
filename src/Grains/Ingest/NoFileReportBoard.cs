using CustomerTrack.Lake;

namespace CustomerTrack.Ingest;

/// <summary>Of a process that is alone: whoever waits for a file is in it.</summary>
public sealed class NoFileReportBoard : IFileReportBoard
{
    public ValueTask PostDurableAsync(FileReport report, IReadOnlyCollection<LakeObject> objects, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask PostFinishedAsync(FileReport report, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
}
