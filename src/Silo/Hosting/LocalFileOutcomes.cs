using CustomerTrack.Ingest;
using CustomerTrack.Records;

namespace CustomerTrack.Hosting;

/// <summary>Of a process that is alone and reads every file itself.</summary>
internal sealed class LocalFileOutcomes(FileReports reports) : IFileOutcomes
{
    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(50);

    public ValueTask<long> BeginAsync(CancellationToken cancellationToken) => new(SequenceText.FromTicks(TimeProvider.System.GetUtcNow().UtcTicks));

    public ValueTask<IReadOnlyList<FileReport?>> FindAsync(IReadOnlyList<(string Dimension, string Name)> files, long since, CancellationToken cancellationToken) =>
        new([.. files.Select(file => reports.Find(file.Dimension, file.Name, since))]);
}
