using CustomerTrack.Ingest;

namespace CustomerTrack.Hosting;

/// <summary>What became of landing files, for whoever waits for some.</summary>
internal interface IFileOutcomes
{
    /// <summary>How often to ask.</summary>
    TimeSpan Pause { get; }

    /// <summary>A number that no file which lands from now on will be below: names come again.</summary>
    ValueTask<long> BeginAsync(CancellationToken cancellationToken);

    /// <summary>The reports of files with this number or a higher one, in their order; null where there is none yet.</summary>
    ValueTask<IReadOnlyList<FileReport?>> FindAsync(IReadOnlyList<(string Dimension, string Name)> files, long since, CancellationToken cancellationToken);
}
