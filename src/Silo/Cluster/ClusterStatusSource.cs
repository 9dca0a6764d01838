using CustomerTrack.Api;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Output;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;

namespace CustomerTrack.Cluster;

/// <summary>Asks every silo how it is, and the warehouse's writer how far the tables are. Who does not answer is shown as such.</summary>
internal sealed class ClusterStatusSource(ClusterSilos silos, SiloCalls calls, WarehouseSeat seat, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>For <c>/api/status</c>.</summary>
    public async Task<PipelineStatus> GetAsync(CancellationToken cancellationToken)
    {
        var (rows, reports, holder, tables, failure) = await AskAsync(cancellationToken);
        var waiting = reports.Select(report => report.WaitingFiles).ToList();
        var blocked = reports.Select(report => report.Failure).FirstOrDefault(why => why is not null);
        var unloaded = failure ?? tables?.Loader.LastError;
        return new()
        {
            Failure = blocked ?? unloaded,
            FailureAt = blocked is not null ? "ingest" : unloaded is not null ? "load" : null,

            // All see the same files, in a shared folder or in the bucket; the few that one has claimed and not begun are its own.
            WaitingFiles = waiting.Count == 0 || waiting.Contains(null) ? null : waiting.Max(),
            OpenFiles = reports.Sum(report => report.OpenFiles),
            Ingested = reports.Aggregate(new IngestTotals(), Plus),
            WaitingObjects = Math.Max(tables?.Loader.WaitingObjects ?? 0, reports.Sum(report => report.UnloadedObjects)),
            Dimensions = tables?.Tables.Dimensions ?? [],
            WarehouseBytes = tables?.Tables.FileBytes ?? 0,
            Snowflake = tables?.Snowflake ?? [],
            Cluster = new() { Warehouse = holder, Silos = rows },
        };
    }

    /// <summary>For the command line: the tables' rows, with who writes them, then the silos.</summary>
    public async Task<Result> RowsAsync(CancellationToken cancellationToken)
    {
        var (rows, _, holder, tables, failure) = await AskAsync(cancellationToken);
        return StatusRows.Of(tables, holder, failure, rows);
    }

    private async Task<(IReadOnlyList<SiloRow> Rows, IReadOnlyList<SiloReport> Reports, WarehouseHolder Holder, WarehouseReport? Tables, string? Failure)> AskAsync(
        CancellationToken cancellationToken)
    {
        var names = silos.Present;
        var holder = seat.Holder;
        var asking = AskWriterAsync(holder, cancellationToken);
        var answers = await Task.WhenAll(names.Select(name => calls.TryAsync(name, silo => silo.ReportAsync(cancellationToken), cancellationToken)));
        var (tables, failure) = await asking;
        var reports = answers.OfType<SiloReport>().ToList();
        var writer = reports.Find(report => report.Name == holder);
        var since = writer?.WarehouseSince;
        return (
            [.. names.Select((name, i) => Row(name, answers[i]))],
            reports,
            new() { Silo = holder, Since = since, Seconds = since is { } from ? (time.GetUtcNow() - from).TotalSeconds : null, State = writer?.Warehouse },
            tables,
            failure ?? seat.Failure);
    }

    private async Task<(WarehouseReport? Tables, string? Failure)> AskWriterAsync(string? holder, CancellationToken cancellationToken)
    {
        if (holder is null)
        {
            return (null, "No silo has the warehouse at the moment.");
        }

        try
        {
            return (await new SiloPipelineClient(grains, holder).WarehouseAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken), null);
        }
        catch (Exception unanswered) when (unanswered is CommandFailedException or TimeoutException)
        {
            return (null, $"How far the tables are is not known at the moment: {unanswered.Message}");
        }
    }

    private SiloRow Row(string name, SiloReport? report) => new()
    {
        Name = name,
        Status = silos.StatusOf(name),
        Answers = report is not null,
        StartedAt = report?.StartedAt,
        OpenFiles = report?.OpenFiles,
        Accepted = report?.Accepted,
        UnloadedObjects = report?.UnloadedObjects,
        Failure = report is null ? "It does not answer." : report.Failure,
    };

    private static IngestTotals Plus(IngestTotals sum, SiloReport report)
    {
        var quarantined = new Dictionary<string, long>(sum.Quarantined);
        foreach (var (reason, count) in report.Quarantined)
        {
            quarantined[reason] = quarantined.GetValueOrDefault(reason) + count;
        }

        return new()
        {
            Files = sum.Files + report.Files,
            RejectedFiles = sum.RejectedFiles + report.RejectedFiles,
            Rows = sum.Rows + report.Rows,
            Accepted = sum.Accepted + report.Accepted,
            Quarantined = quarantined,
            Counts = sum.Counts.Plus(report.Counts),
        };
    }
}
