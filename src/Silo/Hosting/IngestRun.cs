using System.Diagnostics;
using System.Globalization;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;

namespace CustomerTrack.Hosting;

/// <summary>Applies given files to the end: copies them into landing and waits until the tables hold what they say.</summary>
internal sealed class IngestRun(IServiceProvider services)
{
    private readonly IFileOutcomes _outcomes = services.GetService<IFileOutcomes>() ?? new LocalFileOutcomes(services.GetRequiredService<FileReports>());
    private readonly LandingReader _reader = services.GetRequiredService<LandingReader>();
    private readonly LandingFolders _folder = services.GetRequiredService<LandingFolders>();

    /// <summary>Which dimension each file is of. Needs no pipeline, so that a wrong request is refused before one starts.</summary>
    /// <exception cref="UsageException">A file's dimension is not clear, its name has no known ending, or its shape is not supported.</exception>
    public static IReadOnlyList<(string Path, DimensionDefinition Dimension)> Plan(IDimensionCatalog dimensions, IngestRequest request)
    {
        if (request.As != IngestShape.Records)
        {
            throw new UsageException($"--as {request.As.ToString().ToLowerInvariant()} is not supported by this version; allowed: records.");
        }

        if (request.Files.FirstOrDefault(path => FileFormat.Of(Path.GetFileName(path)) is null) is { } unreadable)
        {
            throw new UsageException($"'{unreadable}' cannot be read; the name has to end in one of {string.Join(", ", FileFormat.Extensions)}.");
        }

        return [.. request.Files.Select(path => (path, DimensionOf(dimensions, path, request.Into)))];
    }

    /// <exception cref="UsageException">As <see cref="Plan"/>.</exception>
    public async Task<IngestReport> RunAsync(IngestRequest request, IProgress<IngestProgress> progress, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var files = Plan(services.GetRequiredService<IDimensionCatalog>(), request);
        await _reader.Watching.WaitAsync(cancellationToken);
        var since = await _outcomes.BeginAsync(cancellationToken);
        var landed = new List<(string Dimension, string Name)>();
        foreach (var (path, dimension) in files)
        {
            landed.Add((dimension.Name, Land(path, dimension)));
        }

        return await WaitAsync(landed, since, started, progress, cancellationToken);
    }

    /// <summary>What <see cref="WaitAsync"/> needs to know of the time before the files land.</summary>
    public ValueTask<long> BeginAsync(CancellationToken cancellationToken) => _outcomes.BeginAsync(cancellationToken);

    /// <summary>Waits for files that are in landing already.</summary>
    /// <param name="since">From <see cref="BeginAsync"/>, before they were.</param>
    public async Task<IngestReport> WaitAsync(
        IReadOnlyList<(string Dimension, string Name)> landed, long since, long started, IProgress<IngestProgress> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await _outcomes.FindAsync(landed, since, cancellationToken);
            progress.Report(new IngestProgress
            {
                Rows = found.Sum(report => report?.Rows ?? 0),
                BytesRead = found.Sum(report => report?.BytesRead ?? 0),
                BytesTotal = found.Sum(report => report?.Bytes ?? 1),
            });
            if (found.All(report => report is { State: FileState.Queryable or FileState.Rejected }))
            {
                return Report([.. found.OfType<FileReport>()], Stopwatch.GetElapsedTime(started));
            }

            if (_reader.ExecuteTask is { IsCompleted: true } ended)
            {
                var why = ended.Exception?.GetBaseException() ?? new OperationCanceledException("The process is stopping.");
                throw new CommandFailedException($"Reading the landing files ended before the files were applied: {why.Message}", why);
            }

            await Task.Delay(_outcomes.Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static IngestReport Report(List<FileReport> files, TimeSpan elapsed)
    {
        var totals = files.Aggregate(new IngestTotals(), (sum, file) => sum.Plus(file));
        var rejected = files.Where(file => file.State == FileState.Rejected).ToList();
        return new IngestReport
        {
            Files = files.Count,
            Rows = totals.Rows,
            Accepted = totals.Accepted,
            Quarantined = totals.Quarantined,
            RejectedFiles = [.. rejected.Select(file => $"{file.Name}: {file.Error}")],
            UnknownColumns = files.SelectMany(file => file.UnknownColumns).GroupBy(column => column.Key).ToDictionary(column => column.Key, column => column.Sum(c => c.Value)),
            SequenceConflicts = totals.Counts.Conflicts,
            NoOps = totals.Counts.NoOps + totals.Counts.Duplicates,
            Opened = totals.Counts.Opened,
            Closed = totals.Counts.Closed,
            Retracted = totals.Counts.Retracted,
            Seconds = elapsed.TotalSeconds,
            Redelivered = files.Count(file => file.Redelivered),
        };
    }

    // One dimension loaded, or the option, or a file or folder that is named after one.
    private static DimensionDefinition DimensionOf(IDimensionCatalog dimensions, string path, string? into)
    {
        if (into is not null || dimensions.All.Count == 1)
        {
            return Definitions.Pick(dimensions, into, "--into");
        }

        var name = Path.GetFileName(path);
        var folder = Path.GetFileName(Path.GetDirectoryName(path)) ?? "";
        var named = dimensions.All.Where(d => IsNamed(name, d.Name)).ToList();
        if (named.Count == 0)
        {
            named = [.. dimensions.All.Where(d => folder.Equals(d.Name, StringComparison.OrdinalIgnoreCase))];
        }

        // "customer_address_1.csv" names both customer and customer_address: the longer name is meant.
        return named.MaxBy(d => d.Name.Length) ?? throw new UsageException(
            $"Neither the name nor the folder of '{path}' says its dimension; say it with --into NAME ({string.Join(", ", dimensions.All.Select(d => d.Name))}).");
    }

    private static bool IsNamed(string file, string dimension) =>
        file.StartsWith(dimension, StringComparison.OrdinalIgnoreCase) && (file.Length == dimension.Length || !char.IsLetter(file[dimension.Length]));

    private string Land(string path, DimensionDefinition dimension)
    {
        var folder = _folder.Landing(dimension.Name);
        var name = Path.GetFileName(path);
        var temporary = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}.tmp");
        try
        {
            File.Copy(path, temporary);
            for (var attempt = 1; ; attempt++)
            {
                var stem = FileFormat.Stem(name);
                var unique = attempt == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{stem}.{attempt}{name[stem.Length..]}");
                var target = Path.Combine(folder, unique);
                if (!File.Exists(target))
                {
                    File.SetLastWriteTimeUtc(temporary, DateTime.UtcNow);
                    File.Move(temporary, target);
                    return unique;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new CommandFailedException($"'{path}' could not be copied into '{folder}': {failure.Message}", failure);
        }
    }
}
