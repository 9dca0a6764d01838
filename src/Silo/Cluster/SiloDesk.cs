using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;

namespace CustomerTrack.Cluster;

/// <summary>What this silo does when others ask it.</summary>
internal sealed class SiloDesk
{
    /// <summary>Beside the calls of the command line: how far the tables are.</summary>
    public const string WarehouseCall = "warehouse";

    // Of an answer that nobody takes, this much waits.
    private const int PauseAtBytes = 512 * 1024;
    private const int ChunkBytes = 128 * 1024;

    private readonly WarehouseWriter _writer;
    private readonly ClusterLoadQueue _loads;
    private readonly LandingReader _reader;
    private readonly FileReports _reports;
    private readonly ILandingZone _zone;
    private readonly ClusterSilos _silos;
    private readonly WarehouseSeat _seat;
    private readonly ILogger _logger;
    private readonly DateTimeOffset _startedAt;
    private readonly Dictionary<string, PipelineCall> _calls;

    public SiloDesk(
        WarehouseWriter writer,
        ClusterLoadQueue loads,
        LandingReader reader,
        FileReports reports,
        ILandingZone zone,
        ClusterSilos silos,
        WarehouseSeat seat,
        LocalSiloClient local,
        TimeProvider time,
        ILogger<SiloDesk> logger)
    {
        _writer = writer;
        _loads = loads;
        _reader = reader;
        _reports = reports;
        _zone = zone;
        _silos = silos;
        _seat = seat;
        _logger = logger;
        _startedAt = time.GetUtcNow();
        _calls = PipelineCalls.Of(local);
        _calls[WarehouseCall] = PipelineCalls.Call<ReasonRequest>(async (_, answer, cancellationToken) => answer.Report(await local.WarehouseAsync(cancellationToken)));
    }

    /// <summary>Why this silo does not work as it should; null when it does.</summary>
    public string? Failure =>
        _reader.ExecuteTask is { IsFaulted: true } broken ? $"Reading the landing files broke down: {broken.Exception!.GetBaseException().Message}" : _reader.Failure ?? _seat.Failure;

    public bool Announce(IReadOnlyList<LakeAnnouncement> objects) => _writer.TryAnnounce(objects.Select(Announcements.ObjectOf));

    public Task<LoadedObjects> WaitLoadedAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => _writer.WaitLoadedAsync(names, cancellationToken);

    public async Task<SiloReport> ReportAsync(CancellationToken cancellationToken)
    {
        var (waiting, uncounted) = await WaitingFiles.CountAsync(_zone, cancellationToken);
        var totals = _reports.Totals;
        return new()
        {
            Name = _silos.Self,
            StartedAt = _startedAt,
            IsReading = _reader.ExecuteTask is { IsCompleted: false },
            IsRecovered = _zone.IsRecovered && _reader.Watching.IsCompletedSuccessfully,
            WaitingFiles = waiting,
            OpenFiles = _reader.OpenFiles,
            UnfinishedFiles = _reports.Open.Count,
            UnloadedObjects = _loads.Unloaded,
            Files = totals.Files,
            RejectedFiles = totals.RejectedFiles,
            Rows = totals.Rows,
            Accepted = totals.Accepted,
            Quarantined = new Dictionary<string, long>(totals.Quarantined),
            Counts = totals.Counts,
            Failure = Failure ?? uncounted,
            WarehouseSince = _writer.Since,
            Warehouse = _writer.State,
        };
    }

    public IReadOnlyList<FileUnderWay> FilesUnderWay() => [.. _reports.Open.Select(report => new FileUnderWay
    {
        Dimension = report.Dimension,
        Name = report.Name,
        Number = report.Number,
        Rows = report.Rows,
        Bytes = report.Bytes,
        BytesRead = report.BytesRead,
    })];

    /// <summary>Answers a call in pieces. They are made as they are taken, and on other threads than the caller's.</summary>
    public async IAsyncEnumerable<byte[]> CallAsync(string call, byte[] request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!_calls.TryGetValue(call, out var run))
        {
            throw new ArgumentException($"A silo does not answer '{call}'; it answers {string.Join(", ", _calls.Keys.Order())}.", nameof(call));
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: PauseAtBytes, resumeWriterThreshold: PauseAtBytes / 2, useSynchronizationContext: false));
        var answering = Task.Run(() => AnswerAsync(run, call, request, pipe.Writer, ended.Token), CancellationToken.None);
        try
        {
            while (true)
            {
                var read = await pipe.Reader.ReadAsync(ended.Token);
                if (read.Buffer.IsEmpty && read.IsCompleted)
                {
                    break;
                }

                var piece = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, ChunkBytes));
                var chunk = piece.ToArray();
                pipe.Reader.AdvanceTo(piece.End);
                yield return chunk;
            }

            await answering;
        }
        finally
        {
            await ended.CancelAsync();
            await pipe.Reader.CompleteAsync();

            // What it was doing has ended with it; a failure is in the answer, or nobody is there to hear it.
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task AnswerAsync(PipelineCall run, string call, byte[] request, PipeWriter target, CancellationToken cancellationToken)
    {
        try
        {
            using var body = new MemoryStream(request, writable: false);
            await PipelineCalls.RunAsync(run, call, body, target, _logger, cancellationToken);
            await target.CompleteAsync();
        }
        catch (Exception failure)
        {
            await target.CompleteAsync(failure);
            throw;
        }
    }
}
