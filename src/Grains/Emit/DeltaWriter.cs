using System.Diagnostics;
using System.Threading.Channels;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Records;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Emit;

/// <summary>
/// Gathers the deltas of one dimension and writes them as lake objects, closed by size or age. A batch is never split over two
/// objects. While the lake cannot be written the deltas wait and the writer tries again; nothing is dropped.
/// </summary>
internal sealed partial class DeltaWriter : IAsyncDisposable
{
    private const int MaxWaitingBatches = 16;
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(5);

    private readonly DimensionDefinition _dimension;
    private readonly ILake _lake;
    private readonly FileNames _names;
    private readonly EmitOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<LakeObject> _written;
    private readonly ILogger _logger;
    private readonly Channel<PendingDeltas> _waiting = Channel.CreateBounded<PendingDeltas>(MaxWaitingBatches);
    private readonly CancellationTokenSource _abandon = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly Task _loop;
    private long _lastClosed;

    public DeltaWriter(
        DimensionDefinition dimension, ILake lake, FileNames names, EmitOptions options, TimeProvider time, Action<LakeObject> written, ILogger logger)
    {
        _dimension = dimension;
        _lake = lake;
        _names = names;
        _options = options;
        _time = time;
        _written = written;
        _logger = logger;
        _lastClosed = time.GetTimestamp() - (long)(options.MaxObjectAge.TotalSeconds * time.TimestampFrequency);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>The error of the last try to write, while it is not overcome.</summary>
    public string? Failure { get; private set; }

    /// <summary>Takes deltas; waits while too many are under way. The task inside completes when they are durable.</summary>
    public async ValueTask<Task<LakeObject>> AppendAsync(IReadOnlyList<Delta> deltas, DeltaOrigin origin, CancellationToken cancellationToken)
    {
        var pending = new PendingDeltas(deltas, origin);
        await _waiting.Writer.WriteAsync(pending, cancellationToken);
        return pending.Durable;
    }

    /// <summary>From now on nothing waits for more to come.</summary>
    public void Hurry() => _hurry.Cancel();

    /// <summary>Writes what was taken, then stops. What cannot be written within the token's time stays with its landing files.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await using (cancellationToken.Register(_abandon.Cancel))
        {
            await _loop;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _abandon.CancelAsync();
        await _loop;
        _abandon.Dispose();
        _hurry.Dispose();
    }

    private async Task LoopAsync()
    {
        var gathered = new List<PendingDeltas>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_abandon.Token))
            {
                await GatherAsync(gathered);
                await WriteAsync(gathered);
                gathered.Clear();
            }
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            foreach (var pending in gathered)
            {
                pending.Cancel();
            }

            while (_waiting.Reader.TryRead(out var pending))
            {
                pending.Cancel();
            }
        }
    }

    private async Task GatherAsync(List<PendingDeltas> gathered)
    {
        var rows = 0;
        while (rows < _options.MaxRowsPerObject)
        {
            if (_waiting.Reader.TryRead(out var pending))
            {
                gathered.Add(pending);
                rows += pending.Deltas.Count;
                continue;
            }

            var wait = _options.MaxObjectAge - _time.GetElapsedTime(_lastClosed);
            if (wait <= TimeSpan.Zero || _hurry.IsCancellationRequested || _waiting.Reader.Completion.IsCompleted)
            {
                return;
            }

            using var age = new CancellationTokenSource(wait, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(age.Token, _hurry.Token, _abandon.Token);
            try
            {
                await _waiting.Reader.WaitToReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!_abandon.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task WriteAsync(List<PendingDeltas> gathered)
    {
        IReadOnlyList<Delta> deltas = gathered.Count == 1 ? gathered[0].Deltas : [.. gathered.SelectMany(p => p.Deltas)];
        var backoff = TimeSpan.FromMilliseconds(100);
        var begunAt = _time.GetUtcNow();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var started = Stopwatch.GetTimestamp();
                var names = await _names.OfAsync(deltas, _abandon.Token);
                var written = await _lake.WriteAsync(_dimension, deltas, names, _abandon.Token);
                _lastClosed = _time.GetTimestamp();
                if (Failure is not null)
                {
                    LogRecovered(_dimension.Name, written.Name);
                    Failure = null;
                }

                EmitInstruments.Written(written, Stopwatch.GetElapsedTime(started));
                written = EmitTraces.Written(written, gathered, begunAt, _time.GetUtcNow(), attempt);
                _written(written);
                foreach (var pending in gathered)
                {
                    pending.Complete(written);
                }

                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !_abandon.IsCancellationRequested)
            {
                // When time is up the pause ends the loop at once, and what was gathered is given back.
                Failure = exception.Message;
                LogNotWritten(exception.Message, deltas.Count, _dimension.Name, backoff);
                await Task.Delay(backoff, _time, _abandon.Token);
                backoff = backoff * 2 < MaxBackoff ? backoff * 2 : MaxBackoff;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Deltas} deltas of {Dimension} could not be written to the lake; they are kept and written again in {Backoff}: {Why}")]
    private partial void LogNotWritten(string why, int deltas, string dimension, TimeSpan backoff);

    [LoggerMessage(Level = LogLevel.Information, Message = "The lake takes deltas of {Dimension} again: {Name} was written.")]
    private partial void LogRecovered(string dimension, string name);
}
