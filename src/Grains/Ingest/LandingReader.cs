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
    private readonly ILandingZone _zone;
    private readonly DataFolder _folder;
    private readonly FileNames _names;
    private readonly FileReports _reports;
    private readonly DeltaEmitter _emitter;
    private readonly ILoadQueue _loads;
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<LandingReader> _logger;
    private readonly BatchPipeline _pipeline;
    private readonly OpenFiles _open = new();
    private readonly RunningTasks _finishing = new();
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _abandon = new();
    private readonly RecordChunk _chunk = new();
    private readonly TaskCompletionSource _watching = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Records that were read and not handed on yet; used by the reading loop only.
    private RecordBatch? _batch;

    public LandingReader(
        ILandingZone zone,
        DataFolder folder,
        FileNames names,
        FileReports reports,
        DeltaEmitter emitter,
        ILoadQueue loads,
        IGrainFactory grains,
        ICustomerStateStore store,
        IOptions<IngestOptions> options,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _zone = zone;
        _folder = folder;
        _names = names;
        _reports = reports;
        _emitter = emitter;
        _loads = loads;
        _options = options.Value;
        _time = time;
        _logger = loggers.CreateLogger<LandingReader>();
        _places = new SemaphoreSlim(_options.MaxOpenFiles);
        _pipeline = new BatchPipeline(
            grains, store, emitter, _open, file => _finishing.Add(FinishAsync(file)), options, time, loggers.CreateLogger<BatchPipeline>());
    }

    /// <summary>Why nothing gets through at the moment; null while it does.</summary>
    public string? Failure => _pipeline.Failure;

    /// <summary>Completes when landing is watched: a file that is renamed into it from then on is claimed at once.</summary>
    public Task Watching => _watching.Task;

    /// <summary>How many files are claimed and not archived.</summary>
    public int OpenFiles => _open.Count;

    /// <summary>Stops reading, lets batches under way finish, and writes their deltas. What cannot finish in time stays claimed.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await using (cancellationToken.Register(_abandon.Cancel))
        {
            _emitter.Hurry();
            await _pipeline.DrainAsync();
            await _finishing.WhenAllAsync();
            await _emitter.FinishAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _pipeline.Dispose();
        _places.Dispose();
        _abandon.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var unfinished = await _zone.RecoverAsync(stoppingToken);
            _watching.TrySetResult();
            await ReadAsync(unfinished, stoppingToken);
            while (true)
            {
                await ReadAsync(await _zone.ClaimAsync(_options.MaxOpenFiles / 2, stoppingToken), stoppingToken);
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

    private async Task ReadAsync(IReadOnlyList<ClaimedFile> claimed, CancellationToken stoppingToken)
    {
        // Known before any record of any of them is folded: the floor of open files must not pass a claimed one.
        foreach (var file in claimed)
        {
            _open.Add(file.Number);
        }

        foreach (var group in claimed.GroupBy(file => (file.Dimension, file.Redelivered)))
        {
            foreach (var file in group)
            {
                if (!_places.Wait(TimeSpan.Zero, stoppingToken))
                {
                    // The files of the batch in hand may hold all the places.
                    await StartBatchAsync(stoppingToken);
                    await _places.WaitAsync(stoppingToken);
                }

                await ReadFileAsync(file, stoppingToken);
            }

            await StartBatchAsync(stoppingToken);
        }
    }

    private async ValueTask StartBatchAsync(CancellationToken stoppingToken)
    {
        if (_batch is { Count: > 0 } batch)
        {
            await _pipeline.StartAsync(batch, stoppingToken, _abandon.Token);
        }

        _batch = null;
    }

    private async Task ReadFileAsync(ClaimedFile file, CancellationToken stoppingToken)
    {
        var backoff = TimeSpan.FromMilliseconds(200);
        while (true)
        {
            var progress = new FileProgress(file, new QuarantineWriter(_folder, file));
            try
            {
                await _names.PutAsync(file.Number, file.Name, stoppingToken);
                _reports.Started(progress);
                await ReadRowsAsync(progress, stoppingToken);
                if (progress.Done())
                {
                    _finishing.Add(FinishAsync(progress));
                }

                return;
            }
            catch (UnreadableFileException exception)
            {
                await RejectAsync(progress, exception, stoppingToken);
                return;
            }
            catch (IOException exception)
            {
                // What was read of it may be folded already; read again, it is a redelivery like any other.
                LogUnread(exception, file.Name, backoff);
                await StartBatchAsync(stoppingToken);
                file = file with { Redelivered = true };
                await Task.Delay(backoff, _time, stoppingToken);
                backoff = backoff.TotalSeconds < 5 ? backoff * 2 : backoff;
            }
        }
    }

    private async Task ReadRowsAsync(FileProgress progress, CancellationToken stoppingToken)
    {
        var file = progress.File;
        using var reader = RecordReader.Open(file, _zone, _options, _time);
        while (reader.Read(_chunk, (_batch ??= new RecordBatch(file.Dimension, file.Redelivered, _options.BatchRows)).Room))
        {
            await progress.ReadAsync(_chunk.Records.Count, _chunk.Rejected, reader.BytesRead, stoppingToken);
            IngestInstruments.Read(file.Dimension.Name, _chunk.Records.Count, _chunk.Rejected);
            if (_chunk.Records.Count > 0)
            {
                _batch.Add(progress, _chunk.Records);
            }

            if (_batch.Room == 0)
            {
                await StartBatchAsync(stoppingToken);
            }

            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private async Task RejectAsync(FileProgress progress, UnreadableFileException exception, CancellationToken stoppingToken)
    {
        var file = progress.File;
        LogRejected(file.Dimension.Name, file.Name, exception.Message);
        await _zone.RejectAsync(file, exception.Reason, exception.Message, stoppingToken);
        progress.Rejected(exception.Message);
        Close(progress);
    }

    private async Task FinishAsync(FileProgress progress)
    {
        var backoff = TimeSpan.FromMilliseconds(200);
        while (true)
        {
            try
            {
                await progress.CompleteQuarantineAsync(_abandon.Token);
                await _zone.ArchiveAsync(progress.File, _abandon.Token);
                break;
            }
            catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
            {
                return;
            }
            catch (IOException exception)
            {
                LogNotArchived(exception, progress.File.Name, backoff);
                await Task.Delay(backoff, _time);
                backoff = backoff.TotalSeconds < 5 ? backoff * 2 : backoff;
            }
        }

        _open.Remove(progress.File.Number);
        _places.Release();
        progress.Archived(_time.GetUtcNow());
        try
        {
            foreach (var lakeObject in progress.Objects)
            {
                await _loads.WaitLoadedAsync(lakeObject, _abandon.Token);
            }

            progress.Queryable(_time.GetUtcNow());
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            // Stopping: the objects are loaded at the next start.
        }

        _reports.Finish(progress);
        IngestInstruments.Finished(progress.Report());
    }

    private void Close(FileProgress progress)
    {
        _open.Remove(progress.File.Number);
        _places.Release();
        _reports.Finish(progress);
        IngestInstruments.Finished(progress.Report());
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Dimension} file {File} was rejected whole: {Message}")]
    private partial void LogRejected(string dimension, string file, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Landing file {File} could not be read; it is read again from its start in {Backoff}.")]
    private partial void LogUnread(Exception exception, string file, TimeSpan backoff);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Landing file {File} is done but could not be archived; tried again in {Backoff}.")]
    private partial void LogNotArchived(Exception exception, string file, TimeSpan backoff);
}
