using System.Collections.Concurrent;
using System.Threading.Channels;
using CustomerTrack.Lake;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Load;

/// <summary>
/// Keeps the warehouse up with the lake: loads what is enqueued, merges when it is due, checkpoints when nothing happens, one
/// thing after the other. What fails is reported and tried again until it succeeds; at start everything the lake has and the
/// warehouse lacks is loaded, so nothing depends on what was enqueued before a crash.
/// </summary>
public sealed partial class WarehouseLoader(
    DuckDbWarehouse warehouse,
    ILake lake,
    DuckDbWarehouseOptions options,
    TimeProvider time,
    ILogger<WarehouseLoader> logger) : IHostedService, IAsyncDisposable
{
    private readonly Channel<LakeObject> _arrived = Channel.CreateUnbounded<LakeObject>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<LakeObject> _failed = [];
    private readonly LoadTraces _traces = new();
    private readonly Backoff _listing = new(time);
    private readonly Backoff _loading = new(time);
    private readonly Backoff _merging = new(time);
    private Task? _running;
    private Task<bool>? _arriving;
    private Task? _catchingUp;
    private long _lastLoad;
    private int _disposed;
    private bool _checkpointed = true;
    private volatile LoaderError? _error;
    private volatile int _failedCount;
    private volatile TaskCompletionSource? _again;
    private TaskCompletionSource _askedAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once everything that the lake held at the start can be queried.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>Starts loading; does not wait for anything to be loaded.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running ??= Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Lets the current load or merge end and starts no other. What waits is loaded after the next start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_running is not null)
        {
            await _running.WaitAsync(cancellationToken);
        }

        foreach (var waiting in _waiting.Values)
        {
            waiting.TrySetCanceled(_stopping.Token);
        }

        _caughtUp.TrySetCanceled(_stopping.Token);
        _again?.TrySetCanceled(_stopping.Token);
    }

    /// <summary>How the loader is doing.</summary>
    public LoaderStatus GetStatus()
    {
        var error = _error;
        return new() { WaitingObjects = _waiting.Count, FailedObjects = _failedCount, LastError = error?.Message, LastErrorAt = error?.At };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A host disposes a hosted service that is also a singleton twice.
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await StopAsync(CancellationToken.None);
            _stopping.Dispose();
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var reported = warehouse.WaitingRows;
        LoadInstruments.MergeBacklog.Add(reported);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await ListAsync(cancellationToken);
                await LoadAsync(cancellationToken);
                await MergeAsync(cancellationToken);
                await CheckpointAsync(cancellationToken);

                var waiting = warehouse.WaitingRows;
                LoadInstruments.MergeBacklog.Add(waiting - reported);
                reported = waiting;
                await SleepAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            LoadInstruments.MergeBacklog.Add(-reported);
            LoadInstruments.LoadBacklog.Add(-_waiting.Count);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var isFirst = _catchingUp is null && !_caughtUp.Task.IsCompleted;
        if ((!isFirst && _again is null) || _listing.Remaining > TimeSpan.Zero)
        {
            return;
        }

        // Whoever asks from here on may mean an object that this listing does not have.
        var asked = isFirst ? null : Interlocked.Exchange(ref _again, null);
        try
        {
            var missing = await warehouse.FindMissingAsync(lake, cancellationToken);
            foreach (var item in missing)
            {
                Enqueue(item);
            }

            _listing.Succeeded();
            if (isFirst || missing.Count > 0)
            {
                LogCatchingUp(missing.Count);
            }

            var done = asked ?? _caughtUp;
            var loaded = Task.WhenAll(missing.Select(item => _waiting.TryGetValue(item.Name, out var waiting) ? waiting.Task : Task.CompletedTask))
                .ContinueWith(
                    all => all.IsCompletedSuccessfully ? done.TrySetResult() : done.TrySetCanceled(CancellationToken.None),
                    CancellationToken.None,
                    TaskContinuationOptions.None,
                    TaskScheduler.Default);
            _catchingUp ??= loaded;
        }
        catch (Exception failure) when (failure is WarehouseException or LakeException)
        {
            Repeat(asked);
            Failed(_listing, failure);
        }
        catch (OperationCanceledException)
        {
            asked?.TrySetCanceled(cancellationToken);
            throw;
        }
    }

    /// <summary>Puts a listing that failed back; whoever asked for another one meanwhile gets it with this.</summary>
    private void Repeat(TaskCompletionSource? asked)
    {
        if (asked is not null && Interlocked.CompareExchange(ref _again, asked, comparand: null) is { } newer)
        {
            newer.Task.ContinueWith(
                task => task.IsCompletedSuccessfully ? asked.TrySetResult() : asked.TrySetCanceled(CancellationToken.None),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var group = new List<LakeObject>();
        var rows = 0L;
        while (group.Count < DuckDbWarehouse.LargestGroup && rows < DuckDbWarehouse.LargestGroupRows && _arrived.Reader.TryRead(out var item))
        {
            group.Add(item);
            rows += item.Rows;
        }

        if (group.Count > 0 && await TryLoadAsync(group, cancellationToken) is { } groupFailure)
        {
            _failed.AddRange(group);
            Failed(_loading, groupFailure);
        }

        if (_failed.Count > 0 && _loading.Remaining == TimeSpan.Zero)
        {
            // One by one: an object that cannot be read must not hold up the others.
            var retried = _failed.ToList();
            Exception? last = null;
            _failed.Clear();
            foreach (var item in retried)
            {
                if (await TryLoadAsync([item], cancellationToken) is { } failure)
                {
                    _failed.Add(item);
                    last = failure;
                }
            }

            if (last is not null)
            {
                Failed(_loading, last);
            }
        }

        if (_failed.Count == 0)
        {
            _loading.Succeeded();
        }

        _failedCount = _failed.Count;
        ClearError();
    }

    private async Task<Exception?> TryLoadAsync(List<LakeObject> group, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var begunAt = time.GetUtcNow();
        try
        {
            var rows = await warehouse.LoadAsync(lake, group, cancellationToken);
            var elapsed = time.GetElapsedTime(started);
            _traces.Loaded(group, rows, begunAt, time.GetUtcNow());
            foreach (var item in group)
            {
                if (_waiting.TryRemove(item.Name, out var waiting))
                {
                    waiting.TrySetResult();
                }
            }

            _lastLoad = time.GetTimestamp();
            _checkpointed = false;
            LoadInstruments.LoadBacklog.Add(-group.Count);
            LoadInstruments.LoadedRows.Add(rows);
            LoadInstruments.LoadedObjects.Add(group.Count);
            LoadInstruments.LoadDuration.Record(elapsed.TotalSeconds);
            LogLoaded(rows, group.Count, elapsed.TotalMilliseconds);
            return null;
        }
        catch (Exception failure) when (failure is WarehouseException or LakeException or ArgumentException)
        {
            return failure;
        }
    }

    /// <summary>Waits for the next object, or until something else is due.</summary>
    private async Task SleepAsync(CancellationToken cancellationToken)
    {
        var until = Timeout.InfiniteTimeSpan;
        var asked = Volatile.Read(ref _askedAgain);
        if (asked.Task.IsCompleted)
        {
            Volatile.Write(ref _askedAgain, asked = new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        if ((_catchingUp is null && !_caughtUp.Task.IsCompleted) || _again is not null)
        {
            until = Sooner(until, _listing.Remaining);
        }

        if (_failed.Count > 0)
        {
            until = Sooner(until, _loading.Remaining);
        }

        foreach (var dimension in warehouse.Dimensions)
        {
            if (warehouse.MergeDueIn(dimension.Name) is { } due)
            {
                until = Sooner(until, due > _merging.Remaining ? due : _merging.Remaining);
            }
        }

        if (!_checkpointed && warehouse.WaitingRows == 0)
        {
            until = Sooner(until, options.CheckpointAfterIdle - time.GetElapsedTime(_lastLoad));
        }

        if (until == TimeSpan.Zero)
        {
            return;
        }

        _arriving ??= _arrived.Reader.WaitToReadAsync(cancellationToken).AsTask();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // A timer may fire a little early; a millisecond more avoids a second round.
        var timer = Task.Delay(until == Timeout.InfiniteTimeSpan ? until : until + TimeSpan.FromMilliseconds(1), time, ended.Token);
        if (await Task.WhenAny(_arriving, asked.Task, timer) == _arriving)
        {
            await _arriving;
            _arriving = null;
        }

        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TimeSpan Sooner(TimeSpan until, TimeSpan due)
    {
        due = due > TimeSpan.Zero ? due : TimeSpan.Zero;
        return until == Timeout.InfiniteTimeSpan || due < until ? due : until;
    }

    private void Failed(Backoff backoff, Exception failure)
    {
        backoff.Failed();
        _error = new(failure.Message, time.GetUtcNow());
        LoadInstruments.Failures.Add(1);
        LogFailed(failure, backoff.Remaining.TotalSeconds);
    }

    private void ClearError()
    {
        if (_error is not null && !_listing.IsWaiting && !_loading.IsWaiting && !_merging.IsWaiting)
        {
            _error = null;
            LogRecovered();
        }
    }

    private sealed record LoaderError(string Message, DateTimeOffset At);

    [LoggerMessage(LogLevel.Information, "{Objects} lake objects are not in the warehouse yet and are loaded now.")]
    private partial void LogCatchingUp(int objects);

    [LoggerMessage(LogLevel.Debug, "Loaded {Rows} rows of {Objects} lake objects in {Milliseconds} ms.")]
    private partial void LogLoaded(long rows, int objects, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "The warehouse fell behind; next attempt in {Seconds} s.")]
    private partial void LogFailed(Exception failure, double seconds);

    [LoggerMessage(LogLevel.Information, "The warehouse keeps up again.")]
    private partial void LogRecovered();
}
