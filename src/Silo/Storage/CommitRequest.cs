using RocksDbSharp;

namespace CustomerTrack.Storage;

/// <summary>A call that waits for the next synced write.</summary>
internal abstract class CommitRequest
{
    private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with <see cref="Result"/> when the call is durable.</summary>
    public Task<long> Done => _done.Task;

    /// <summary>Customers' states in the call.</summary>
    public virtual int Rows => 0;

    /// <summary>Keys and values, in bytes.</summary>
    public abstract long Bytes { get; }

    /// <summary>What the caller gets: the epoch of an acquisition, otherwise 0.</summary>
    protected long Result { get; set; }

    /// <summary>
    /// Adds the call to <paramref name="batch"/>, or adds nothing and returns why the call is refused. Whatever can fail
    /// because of the call's content happened before it was queued.
    /// </summary>
    public abstract Exception? Stage(EpochTable epochs, WriteBatch batch);

    /// <summary>When the synced write began that made the call durable, as <see cref="System.Diagnostics.Stopwatch"/> counts, and the calls it was for; known once it is durable.</summary>
    public (long At, int Calls, int Rows) Write { get; set; }

    public void Complete() => _done.SetResult(Result);

    public void Fail(Exception reason) => _done.SetException(reason);
}
