using CustomerTrack.Cluster;
using CustomerTrack.Records;

namespace CustomerTrack.Live;

/// <summary>
/// What this silo detected lately in one dimension, for silos where somebody watches. It is kept only while one of them asks, and never more than
/// <see cref="MaxBytes"/> of it: whoever comes too late is told so. Nobody who detects ever waits for it.
/// </summary>
internal sealed class DeltaShelf(TimeProvider time)
{
    public const long MaxBytes = 32 * 1024 * 1024;

    /// <summary>After so long without a question nobody is interested any more. A silo that has just started keeps as well: those who watch are about to find it.</summary>
    public static readonly TimeSpan Interest = TimeSpan.FromSeconds(30);

    private const long BytesPerAnswer = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<(Delta[] Deltas, long Bytes)> _batches = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _asked = time.GetTimestamp();
    private long _last;
    private long _bytes;

    public void Add(IReadOnlyList<Delta> deltas)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _last++;
            if (time.GetElapsedTime(_asked) > Interest)
            {
                _batches.Clear();
                _bytes = 0;
                return;
            }

            var bytes = deltas.Sum(BytesOf);
            _batches.Enqueue(([.. deltas], bytes));
            for (_bytes += bytes; _bytes > MaxBytes && _batches.Count > 1;)
            {
                _bytes -= _batches.Dequeue().Bytes;
            }

            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }

    /// <summary>What came behind a batch, as soon as there is something, or nothing after <paramref name="patience"/>.</summary>
    /// <param name="after">The number of a batch; null asks at once where it is now.</param>
    public async Task<SiloDeltas> ReadAsync(long? after, TimeSpan patience, CancellationToken cancellationToken)
    {
        var (answer, more) = Read(after);
        if (after is not null && answer.Last == after)
        {
            await more.WaitAsync(patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellationToken.ThrowIfCancellationRequested();
            (answer, _) = Read(after);
        }

        return answer;
    }

    private (SiloDeltas Answer, Task More) Read(long? after)
    {
        lock (_gate)
        {
            _asked = time.GetTimestamp();
            if (after is not { } known)
            {
                return (new() { Last = _last, Forgotten = 0, Batches = [] }, Task.CompletedTask);
            }

            var kept = _last - _batches.Count;
            var from = Math.Max(known, kept);
            var given = new List<Delta[]>();
            var bytes = 0L;
            foreach (var batch in _batches.Skip((int)(from - kept)))
            {
                if (given.Count > 0 && bytes + batch.Bytes > BytesPerAnswer)
                {
                    break;
                }

                given.Add(batch.Deltas);
                bytes += batch.Bytes;
            }

            return (new() { Last = from + given.Count, Forgotten = from - known, Batches = [.. given] }, _more.Task);
        }
    }

    private static long BytesOf(Delta delta) => 150 + delta.Content.Length + delta.Before.Length + (2 * delta.Key.Length);
}
