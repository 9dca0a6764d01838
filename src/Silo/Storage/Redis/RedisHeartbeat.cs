using System.Globalization;
using CustomerTrack.State;

namespace CustomerTrack.Storage;

/// <summary>
/// Says every second, in Redis and by its clock, that this process works with the states: a rebuild is refused meanwhile. It depends on no table of silos, and
/// shows the process also on a server that was emptied or put back.
/// </summary>
internal sealed class RedisHeartbeat : IAsyncDisposable
{
    /// <summary>A process that was silent for so long counts as ended; should it only have been paused, its writes are refused.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    // Long enough for a process that has to connect again.
    private static readonly TimeSpan Listening = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(250);

    private readonly RedisConnection _redis;
    private readonly RedisKeys _keys;
    private readonly string _process;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _beating;

    private RedisHeartbeat(RedisConnection redis, RedisKeys keys, string process, TimeProvider time)
    {
        _redis = redis;
        _keys = keys;
        _process = process;
        _beating = Task.Run(() => BeatAsync(time));
    }

    /// <summary>Names one that works with the states, for people and for good.</summary>
    public static string NewProcess() => string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, {Guid.NewGuid():N}");

    public static RedisHeartbeat Begin(RedisConnection redis, RedisKeys keys, string process, TimeProvider time) => new(redis, keys, process, time);

    /// <summary>Listens until it is sure that no other process works with the states: those that were killed are waited for, a few seconds.</summary>
    /// <exception cref="StateStoreException">One does; says which.</exception>
    public static async Task MustBeAloneAsync(RedisConnection redis, RedisKeys keys, string process, TimeProvider time, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var look = 0; ; look++)
        {
            var answer = (string[])(await redis.AskAsync("Looking for processes", redis.Deadline(), database => database.ScriptEvaluateAsync(
                RedisScripts.Others, [keys.Processes], [process, (long)Lifetime.TotalMilliseconds]), cancellationToken))!;
            for (var i = 1; i < answer.Length; i += 2)
            {
                // One that beat before the first look may have been killed since.
                if (look == 0)
                {
                    first.Add(answer[i], answer[i + 1]);
                }
                else if (!first.TryGetValue(answer[i], out var beat) || beat != answer[i + 1])
                {
                    throw Living(redis.Place, answer[i]);
                }
            }

            if (answer.Length == 1 && time.GetElapsedTime(startedAt) >= Listening)
            {
                return;
            }

            await Task.Delay(LookPeriod, time, cancellationToken);
        }
    }

    public static StateStoreException Living(string place, string other) => new(
        $"The states in Redis at {place} are in use by {other.Split(',')[0]}, which has said so within the last {Lifetime.TotalSeconds:0} s. Stop all silos first.", innerException: null);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _beating;
        _ending.Dispose();
        using var impatience = new CancellationTokenSource(Period);
        try
        {
            await _redis.AskAsync("Leaving", _redis.Deadline(), database => database.SortedSetRemoveAsync(_keys.Processes, _process), impatience.Token);
        }
        catch (Exception failed) when (failed is StateStoreException or OperationCanceledException)
        {
            // It is forgotten by itself.
        }
    }

    private async Task BeatAsync(TimeProvider time)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await _redis.AskAsync("Saying that this process lives", _redis.Deadline(), database => database.ScriptEvaluateAsync(
                    RedisScripts.Beat, [_keys.Processes], [_process, (long)Lifetime.TotalMilliseconds]), _ending.Token);
            }
            catch (Exception failed) when (failed is StateStoreException or OperationCanceledException or ObjectDisposedException)
            {
                // The connection says when it is lost; what works with the states is told by itself.
            }

            await Task.Delay(Period, time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
