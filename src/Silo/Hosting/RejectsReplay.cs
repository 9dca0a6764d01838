using System.Diagnostics;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Ingest;

namespace CustomerTrack.Hosting;

/// <summary>Drives quarantined records through the pipeline once more, to the end.</summary>
internal sealed class RejectsReplay(IServiceProvider services)
{
    public async Task<ReplayReport> RunAsync(string? reason, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var run = new IngestRun(services);
        var since = await run.BeginAsync(cancellationToken);
        var replayed = await services.GetRequiredService<Quarantine>().ReplayAsync(reason, dimension: null, cancellationToken);
        var landed = replayed.LandingFiles.Select(path => (Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileName(path))).ToList();
        var report = await run.WaitAsync(landed, since, started, new NewestProgress(), cancellationToken);
        return new ReplayReport { Records = replayed.Records + replayed.WholeFiles, Accepted = report.Accepted, Quarantined = report.Quarantined };
    }
}
