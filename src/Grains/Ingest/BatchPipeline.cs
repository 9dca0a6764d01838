using System.Diagnostics;
using CustomerTrack.Detect;
using CustomerTrack.Emit;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Records;
using CustomerTrack.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

/// <summary>
/// Takes batches through detect and emit, several at a time: while one is folded the next is read. Tells the files of a batch
/// when its deltas are durable in the lake.
/// </summary>
internal sealed partial class BatchPipeline(
    IGrainFactory grains,
    ICustomerStateStore store,
    DeltaEmitter emitter,
    ILoadQueue loads,
    IFileRegistry registry,
    string writer,
    Action<FileProgress> finished,
    Action<FileProgress> givenUp,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<BatchPipeline> logger) : IDisposable
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    private readonly ShardCaller _shards = new(grains, time, logger);
    private readonly SemaphoreSlim _inFlight = new(options.Value.MaxBatchesInFlight);
    private readonly RunningTasks _running = new();
    private volatile string? _noFloor;

    /// <summary>Why batches do not get through at the moment; null while they do.</summary>
    public string? Failure => _noFloor ?? _shards.Failure ?? emitter.Failure ?? (_running.Fault is { } fault ? $"A batch broke down, its files stay claimed until the next start: {fault.Message}" : null);

    /// <summary>Starts a batch; waits while too many are under way.</summary>
    /// <param name="accept">Gives up waiting for a place.</param>
    /// <param name="abandon">Gives up the batch itself; its files stay claimed.</param>
    public async ValueTask StartAsync(RecordBatch batch, CancellationToken accept, CancellationToken abandon)
    {
        var closedAt = time.GetUtcNow();
        await _inFlight.WaitAsync(accept);
        var started = Stopwatch.GetTimestamp();
        long floor;
        try
        {
            floor = await FloorAsync(accept);
        }
        catch
        {
            _inFlight.Release();
            throw;
        }

        IngestInstruments.InFlight(batch.Dimension.Name, 1);
        var placedAt = time.GetUtcNow();
        var trace = BatchTrace.Start(batch, closedAt, placedAt);
        IngestInstruments.Stage(batch.Dimension.Name, "gather", batch.GatheredSince(0), closedAt);
        IngestInstruments.Stage(batch.Dimension.Name, "wait place", closedAt, placedAt);
        var slices = batch.ByShard(store.ShardCount);
        var calls = slices.ConvertAll(slice => _shards.CallAsync(
            new ShardId(batch.Dimension.Name, slice.Shard),
            new ShardBatch { Records = slice.Records, OpenFloor = floor, Redelivered = batch.Redelivered, Owner = writer, IsBeside = true },
            trace?.Calls ?? default,
            abandon));
        _running.Add(CompleteAsync(batch, slices, calls, started, placedAt, trace, abandon));
    }

    /// <summary>Completes when no batch is under way.</summary>
    public Task DrainAsync() => _running.WhenAllAsync();

    public void Dispose() => _inFlight.Dispose();

    private async Task CompleteAsync(
        RecordBatch batch,
        List<(int Shard, ReadOnlyMemory<Record> Records)> slices,
        List<Task<ShardResult>> calls,
        long started,
        DateTimeOffset placedAt,
        BatchTrace? trace,
        CancellationToken abandon)
    {
        try
        {
            Task<LakeObject>? durable = null;
            DeltaOrigin origin;
            SampledChanges? changes;
            try
            {
                var results = await Task.WhenAll(calls);
                await ReportAsync(batch, slices, results, abandon);
                var deltas = results.Length == 1 ? results[0].Deltas : Concat(results);
                IngestInstruments.Folded(batch.Dimension.Name, batch.Count, deltas.Count, Stopwatch.GetElapsedTime(started));
                origin = new(time.GetUtcNow(), trace?.Files ?? []);
                IngestInstruments.Stage(batch.Dimension.Name, "detect", placedAt, origin.DetectedAt);
                changes = trace?.Detected(origin.DetectedAt, deltas, store.ShardCount);
                batch.Release();
                if (deltas.Count > 0)
                {
                    durable = await emitter.AppendAsync(batch.Dimension.Name, deltas, origin, abandon);
                }
            }
            finally
            {
                _inFlight.Release();
                IngestInstruments.InFlight(batch.Dimension.Name, -1);
            }

            var lakeObject = durable is null ? null : await durable.WaitAsync(abandon);
            var doneAt = lakeObject is null ? origin.DetectedAt : origin.WrittenAt;
            if (lakeObject is not null)
            {
                IngestInstruments.Stage(batch.Dimension.Name, "wait lake", origin.DetectedAt, origin.BegunAt);
                IngestInstruments.Stage(batch.Dimension.Name, "put object", origin.BegunAt, doneAt);
            }

            trace?.End(doneAt);
            if (lakeObject is not null && changes is { IsEmpty: false })
            {
                _running.Add(TellAsync(changes, lakeObject, abandon));
            }

            foreach (var file in batch.Files)
            {
                if (lakeObject is not null)
                {
                    file.WentInto(lakeObject);
                }

                file.Stepped(doneAt);
                if (file.Done())
                {
                    finished(file);
                }
            }
        }
        catch (StaleClaimException refused)
        {
            // Every call is over. The others of the files are this process's still, and come again.
            LogGivenUp(batch.Count, batch.Dimension.Name, refused.Message);
            batch.Release();
            foreach (var file in batch.Files)
            {
                givenUp(file);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: the files stay claimed and come again as redeliveries.
            LogAbandoned(batch.Count, batch.Dimension.Name);
        }
        catch (Exception exception)
        {
            // What may fail is retried inside; this is a defect, and it must not look like a pipeline with nothing to do.
            LogBroken(exception, batch.Count, batch.Dimension.Name);
            throw;
        }
        finally
        {
            trace?.GiveUp(time.GetUtcNow());
        }
    }

    private async Task TellAsync(SampledChanges changes, LakeObject lakeObject, CancellationToken abandon)
    {
        try
        {
            await loads.WaitLoadedAsync(lakeObject, abandon);
            changes.Queryable(lakeObject, time.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            // Stopping: when they can be queried is not known here.
        }
    }

    /// <summary>The lowest number that may still have rows to come. Never guessed: a floor that is too high would lose rows.</summary>
    private async ValueTask<long> FloorAsync(CancellationToken cancellationToken)
    {
        var backoff = FirstBackoff;
        while (true)
        {
            try
            {
                var floor = await registry.FloorAsync(cancellationToken);
                _noFloor = null;
                return floor;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or StateStoreException)
            {
                _noFloor = $"Which landing files are open cannot be told: {exception.Message}";
                LogNoFloor(exception.Message, backoff);
                await Task.Delay(backoff, time, cancellationToken);
                backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
            }
        }
    }

    private static List<Delta> Concat(ShardResult[] results)
    {
        var deltas = new List<Delta>(results.Sum(r => r.Deltas.Count));
        foreach (var result in results)
        {
            deltas.AddRange(result.Deltas);
        }

        return deltas;
    }

    private static async ValueTask ReportAsync(
        RecordBatch batch, List<(int Shard, ReadOnlyMemory<Record> Records)> slices, ShardResult[] results, CancellationToken cancellationToken)
    {
        for (var i = 0; i < results.Length; i++)
        {
            foreach (var counted in results[i].Counts)
            {
                batch.FileOf(counted.File).Count(counted.Counts);
                IngestInstruments.Counted(batch.Dimension.Name, counted.Counts);
            }

            if (results[i].TooLate.Count == 0)
            {
                continue;
            }

            var records = slices[i].Records;
            foreach (var late in results[i].TooLate.Select(index => records.Span[index]).GroupBy(record => record.File).ToList())
            {
                var rejected = late.Select(record => RejectedRecords.TooLate(batch.Dimension, record)).ToList();
                await batch.FileOf(late.Key).TooLateAsync(rejected, cancellationToken);
                IngestInstruments.Rejected(batch.Dimension.Name, rejected);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Records} records of {Dimension} broke down; its landing files stay claimed and are read again at the next start.")]
    private partial void LogBroken(Exception exception, int records, string dimension);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Which landing files are open could not be told; a batch waits and asks again in {Backoff}: {Why}")]
    private partial void LogNoFloor(string why, TimeSpan backoff);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Records} records of {Dimension} was refused and is given up: {Why}")]
    private partial void LogGivenUp(int records, string dimension, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: a batch of {Records} records of {Dimension} stays with its landing files.")]
    private partial void LogAbandoned(int records, string dimension);
}
