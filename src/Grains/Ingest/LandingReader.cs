using System.Collections.Concurrent;
using CustomerTrack.Emit;
using CustomerTrack.Load;
using CustomerTrack.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

/// <summary>
/// Drives the flow of one silo: claims landing files, reads them in batches, hands the batches on, and archives a file when
/// everything it said is durable in the lake.
/// </summary>
public sealed partial class LandingReader : BackgroundService
{
    private const long Claiming = 0;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    private readonly ILandingZone _zone;
    private readonly LandingFolders _folder;
    private readonly FileNames _names;
    private readonly FileReports _reports;
    private readonly IFileReportBoard _board;
    private readonly DeltaEmitter _emitter;
    private readonly ILoadQueue _loads;
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<LandingReader> _logger;
    private readonly BatchPipeline _pipeline;
    private readonly RunningTasks _finishing = new();

    // Files that were claimed and are neither finished nor given up.
    private readonly ConcurrentDictionary<FileInHand, ClaimedFile> _inHand = new();

    // Why a file cannot be read, rejected or archived at the moment, by its number.
    private readonly ConcurrentDictionary<long, string> _heldUp = new();
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _abandon = new();
    private readonly RecordChunk _chunk = new();
    private readonly TaskCompletionSource _watching = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RecordBatch? _batch;

    public LandingReader(
        ILandingZone zone,
        LandingFolders folder,
        FileNames names,
        FileReports reports,
        IFileReportBoard board,
        DeltaEmitter emitter,
        ILoadQueue loads,
        IGrainFactory grains,
        ICustomerStateStore store,
        IFileRegistry registry,
        IOptions<IngestOptions> options,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _zone = zone;
        _folder = folder;
        _names = names;
        _reports = reports;
        _board = board;
        _emitter = emitter;
        _loads = loads;
        _options = options.Value;
        _time = time;
        _logger = loggers.CreateLogger<LandingReader>();
        _places = new SemaphoreSlim(_options.MaxOpenFiles);
        _pipeline = new BatchPipeline(
            grains,
            store,
            emitter,
            loads,
            registry,
            zone.Writer,
            file => _finishing.Add(FinishAsync(file)),
            file => _finishing.Add(GiveUpAsync(file)),
            options,
            time,
            loggers.CreateLogger<BatchPipeline>());
    }

    /// <summary>Why nothing gets through at the moment; null while it does.</summary>
    public string? Failure => _pipeline.Failure ?? _heldUp.Values.FirstOrDefault() ?? _zone.Failure;

    /// <summary>Completes when landing is watched: a file that is renamed into it from then on is claimed at once.</summary>
    public Task Watching => _watching.Task;

    /// <summary>How many files are claimed and not archived.</summary>
    public int OpenFiles => _inHand.Count;

    /// <summary>
    /// Stops reading, lets batches under way finish, and writes their deltas. What cannot finish in time stays claimed. Where other silos can go on
    /// with them, files are given back: those that were not begun at once, those that were read in part once their rows are no longer under way.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await using (cancellationToken.Register(_abandon.Cancel))
        {
            await ReturnAsync(file => !file.IsBegun, cancellationToken);
            _emitter.Hurry();
            await _pipeline.DrainAsync();
            await _finishing.WhenAllAsync();
            await _emitter.FinishAsync(cancellationToken);
            await ReturnAsync(_ => true, cancellationToken);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _pipeline.Dispose();
        _places.Dispose();
        _abandon.Dispose();
        IngestInstruments.Ignore(_reports);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Alone, what is wrong with the folder is said at once. In a cluster it may be another machine that is away for a moment.
            var unfinished = _zone.Writer.Length == 0
                ? await _zone.RecoverAsync(stoppingToken)
                : await ClaimPatientlyAsync(() => _zone.RecoverAsync(stoppingToken), stoppingToken);
            _watching.TrySetResult();
            IngestInstruments.Observe(_reports, _time);
            await ReadAsync(unfinished, stoppingToken);
            while (true)
            {
                await ReadAsync(await ClaimPatientlyAsync(() => _zone.ClaimAsync(_options.MaxOpenFiles / 2, stoppingToken), stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
            _watching.TrySetCanceled(stoppingToken);
        }
        catch (Exception failure)
        {
            _watching.TrySetException(failure);
            throw;
        }
    }

    private async Task<IReadOnlyList<ClaimedFile>> ClaimPatientlyAsync(Func<ValueTask<IReadOnlyList<ClaimedFile>>> claim, CancellationToken stoppingToken)
    {
        var claimed = await PatientlyAsync(
            claim,
            (why, backoff) =>
            {
                _heldUp[Claiming] = $"Landing files cannot be claimed: {why}";
                LogNotClaimed(why, backoff);
            },
            stoppingToken);
        _heldUp.TryRemove(Claiming, out _);
        return claimed;
    }

    /// <summary>Repeats what a disk or a store does not take at the moment, until it does.</summary>
    private async Task<T> PatientlyAsync<T>(Func<ValueTask<T>> act, Action<string, TimeSpan> failed, CancellationToken cancellationToken)
    {
        var backoff = FirstBackoff;
        while (true)
        {
            try
            {
                return await act();
            }
            catch (Exception exception) when (PassesAgain(exception))
            {
                failed(exception.Message, backoff);
                await Task.Delay(backoff, _time, cancellationToken);
                backoff = After(backoff);
            }
        }
    }

    private async Task ReadAsync(IReadOnlyList<ClaimedFile> claimed, CancellationToken stoppingToken)
    {
        var claimedAt = _time.GetUtcNow();
        var inHand = claimed.Select(file => (File: file, Claim: new FileInHand { ClaimedAt = claimedAt })).ToList();
        foreach (var (file, claim) in inHand)
        {
            _inHand[claim] = file;
        }

        foreach (var group in inHand.GroupBy(item => (item.File.Dimension, item.File.Redelivered)))
        {
            foreach (var (file, claim) in group)
            {
                if (!_places.Wait(TimeSpan.Zero, stoppingToken))
                {
                    // The files of the batch in hand may hold all the places.
                    await StartBatchAsync(stoppingToken);
                    await _places.WaitAsync(stoppingToken);
                }

                claim.Begin();
                IngestInstruments.Open(file.Dimension.Name, 1);
                await ReadFileAsync(file, claim, stoppingToken);
            }

            await StartBatchAsync(stoppingToken);
        }
    }

    private async Task ReadFileAsync(ClaimedFile file, FileInHand claim, CancellationToken stoppingToken)
    {
        var backoff = FirstBackoff;
        while (!claim.IsOver)
        {
            var progress = Begin(file, claim);
            try
            {
                await TryReadFileAsync(progress, stoppingToken);
                return;
            }
            catch (Exception exception) when (PassesAgain(exception))
            {
                // What was read of it may be folded already; read again, it is a redelivery like any other.
                _heldUp[file.Number] = $"The landing file '{file.Name}' cannot be read: {exception.Message}";
                LogUnread(exception.Message, file.Name, backoff);
                await StartBatchAsync(stoppingToken);
                await progress.DropQuarantineAsync(stoppingToken);
                progress.Trace?.Fail(_time.GetUtcNow(), exception.GetType().FullName!);
                if (await IsLostAsync(progress, stoppingToken))
                {
                    await GiveUpAsync(progress);
                    return;
                }

                file = file with { Redelivered = true };
                await Task.Delay(backoff, _time, stoppingToken);
                backoff = After(backoff);
            }
        }
    }

    private async Task TryReadFileAsync(FileProgress progress, CancellationToken stoppingToken)
    {
        var file = progress.File;
        try
        {
            await _names.PutAsync(file.Number, file.Name, stoppingToken);
            _reports.Started(progress);
            await ReadRowsAsync(progress, stoppingToken);
            _heldUp.TryRemove(file.Number, out _);
            ReadToItsEnd(progress);
            if (progress.Done())
            {
                _finishing.Add(FinishAsync(progress));
            }
        }
        catch (UnreadableFileException exception)
        {
            // It may take a while; what was read before does not wait for it.
            await StartBatchAsync(stoppingToken);
            await progress.DropQuarantineAsync(stoppingToken);
            await RejectAsync(progress, exception, stoppingToken);
        }
    }

    private async Task ReadRowsAsync(FileProgress progress, CancellationToken stoppingToken)
    {
        var file = progress.File;
        using var reader = RecordReader.Open(file, _zone, _options, _time);
        _batch ??= NewBatch(file);
        while (!progress.Claim.IsOver && reader.Read(_chunk, _batch.Room))
        {
            await progress.ReadAsync(_chunk.Records.Count, _chunk.Rejected, reader.BytesRead, stoppingToken);
            IngestInstruments.Read(file.Dimension.Name, _chunk.Records.Count, _chunk.Rejected);
            if (_chunk.Records.Count > 0)
            {
                progress.Times.Sample(file.Dimension, _chunk.Records);
                _batch.Add(progress, _chunk.Records);
            }

            if (_batch.Room == 0)
            {
                await StartBatchAsync(stoppingToken);
                _batch = NewBatch(file);
                progress.GatheringSince = _time.GetUtcNow();
            }

            stoppingToken.ThrowIfCancellationRequested();
        }

        if (reader.UnknownColumns.Count > 0)
        {
            progress.UnknownColumns(reader.UnknownColumns);
            LogUnknownColumns(file.Dimension.Name, file.Name, string.Join(", ", reader.UnknownColumns.Select(column => $"{column.Key} ({column.Value} rows)")));
        }
    }

    private RecordBatch NewBatch(ClaimedFile file) => new(file.Dimension, file.Redelivered, _options.BatchRows);

    private async Task StartBatchAsync(CancellationToken stoppingToken)
    {
        // Taken out first: whatever happens to a file afterwards, no batch is started twice.
        var batch = _batch;
        _batch = null;
        if (batch is { Count: > 0 })
        {
            await _pipeline.StartAsync(batch, stoppingToken, _abandon.Token);
        }
    }

    private static TimeSpan After(TimeSpan backoff) => backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;

    /// <summary>What a disk says that takes nothing at the moment.</summary>
    private static bool PassesAgain(Exception exception) => exception is IOException or UnauthorizedAccessException or StateStoreException;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Landing files could not be claimed; tried again in {Backoff}: {Why}")]
    private partial void LogNotClaimed(string why, TimeSpan backoff);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Dimension} file {File} has columns the definition does not know: {Columns}.")]
    private partial void LogUnknownColumns(string dimension, string file, string columns);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Landing file {File} could not be read; it is read again from its start in {Backoff}: {Why}")]
    private partial void LogUnread(string why, string file, TimeSpan backoff);
}
