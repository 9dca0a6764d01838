using System.Diagnostics;
using CustomerTrack.Detect;
using CustomerTrack.State;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Ingest;

/// <summary>
/// Hands batches to shards. A shard gets one batch at a time, in the order they were handed in, because of one file the later
/// rows must not overtake the earlier ones. A call that fails is repeated as a redelivery until it succeeds, or is refused for good.
/// </summary>
internal sealed partial class ShardCaller(IGrainFactory grains, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(5);

    private readonly Dictionary<ShardId, Task> _tails = [];

    /// <summary>The error of the last call that failed, until one succeeds.</summary>
    public string? Failure { get; private set; }

    /// <summary>Calls a shard after all calls handed in before it. Not to be called from several threads at once.</summary>
    /// <param name="trace">What the call's span is a child of; the default for none.</param>
    /// <exception cref="StaleClaimException">A file of the batch is another process's by now.</exception>
    public Task<ShardResult> CallAsync(ShardId shard, ShardBatch batch, ActivityContext trace, CancellationToken cancellationToken)
    {
        var call = CallAfterAsync(_tails.GetValueOrDefault(shard, Task.CompletedTask), shard, batch, trace, cancellationToken);
        _tails[shard] = call;
        return call;
    }

    private async Task<ShardResult> CallAfterAsync(Task before, ShardId shard, ShardBatch batch, ActivityContext trace, CancellationToken cancellationToken)
    {
        var call = trace == default ? null : ShardCallTrace.Start(trace, shard, batch, time.GetUtcNow());
        try
        {
            await before.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            call?.Call(time.GetUtcNow());
            return await CallPatientlyAsync(shard, batch, call, cancellationToken);
        }
        finally
        {
            call?.End(time.GetUtcNow());
        }
    }

    private async Task<ShardResult> CallPatientlyAsync(ShardId shard, ShardBatch batch, ShardCallTrace? call, CancellationToken cancellationToken)
    {
        var backoff = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var result = await grains.GetGrain<IShardGrain>(shard.ToString()).ApplyAsync(batch, cancellationToken);
                Failure = null;
                call?.Succeeded();
                return result;
            }
            catch (Exception exception) when (exception is not StaleClaimException && !cancellationToken.IsCancellationRequested)
            {
                Failure = exception.Message;
                call?.Repeats(exception, time.GetUtcNow());
                LogFailed(exception.Message, shard, batch.Records.Length, backoff);
                await Task.Delay(backoff, time, cancellationToken);
                backoff = backoff * 2 < MaxBackoff ? backoff * 2 : MaxBackoff;
                batch = batch with { Redelivered = true };
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} did not take {Records} records; they are handed over again in {Backoff}: {Why}")]
    private partial void LogFailed(string why, ShardId shard, int records, TimeSpan backoff);
}
